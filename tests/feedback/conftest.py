from tests.desk.office import at_the_desk, home, platform, quick_passwords, release

__all__ = ["at_the_desk", "home", "platform", "quick_passwords", "release"]
