from tests.portal.fixtures import adopt, firm, home, platform, release

__all__ = ["adopt", "firm", "home", "platform", "release"]
