"""What a pack may open to pushes: private networks by name, never the machine, its link or all."""

import pytest

from tests.law.conftest import World

SITE = "telephone: ''"


@pytest.mark.parametrize(
    ("push", "message"),
    [
        ("{networks: [127.0.0.0/8]}", "push.networks: 127.0.0.0/8 is no private network"),
        ("{networks: [169.254.0.0/16]}", "push.networks: 169.254.0.0/16 is no private network"),
        ("{networks: [0.0.0.0/0]}", "push.networks: 0.0.0.0/0 is no private network"),
        ("{networks: [10.8.0.1/16]}", "push.networks: 10.8.0.1/16 is no private network"),
        ("{networks: ['::1/128']}", "push.networks: ::1/128 is no private network"),
        ("{networks: [盘锦]}", "push.networks: 盘锦 is no private network"),
        ("{ports: ['0']}", "push.ports: 0 is no port"),
        ("{ports: ['65536']}", "push.ports: 65536 is no port"),
        ("{loopback: yes}", "unknown key loopback"),
    ],
)
def test_what_nobody_opens_is_refused(world: World, push: str, message: str) -> None:
    world.change("town/site.yaml", SITE, f"{SITE}\npush: {push}")

    assert any(message in line for line in world.refusal())


def test_a_private_network_may_be_opened(world: World) -> None:
    opened = "{networks: [10.8.0.0/16, 'fc00:8::/32'], ports: ['443', '8443']}"
    world.change("town/site.yaml", SITE, f"{SITE}\npush: {opened}")

    push = world.compile().content.site[-1].push
    assert (push.networks, push.ports) == (("10.8.0.0/16", "fc00:8::/32"), (443, 8443))


def test_nothing_is_opened_by_default(world: World) -> None:
    push = world.compile().content.site[-1].push

    assert (push.networks, push.ports) == ((), (443,))
