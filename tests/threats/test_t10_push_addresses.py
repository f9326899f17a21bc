"""T10: an address that points inside the network. Hostile addresses and numbers, each refused."""

from ipaddress import ip_network

import pytest

from gongxin.core.destinations import Allowed, BadDestination, destination, judge
from gongxin.push.sender import Answer, Sender
from tests.derive import town as t

# Words and numbers that some reader of addresses takes for this machine, a network inside, or for
# another host than it says.
ADDRESSES = [
    "http://receiver.example.cn/",
    "HTTPS://receiver.example.cn/",
    "https:/receiver.example.cn/",
    "https:receiver.example.cn/",
    "https:///receiver.example.cn/",
    "//receiver.example.cn/",
    "ftp://receiver.example.cn/",
    "file:///etc/passwd",
    "gopher://receiver.example.cn:443/_",
    "dict://receiver.example.cn:443/",
    "javascript:alert(1)",
    " https://receiver.example.cn/",
    "https://receiver.example.cn/\n",
    "https://receiver.example.cn/\r\nHost: 127.0.0.1",
    "https://receiver.example.cn/\0",
    "https://receiver.example.cn /",
    "https://receiver.example.cn\t/",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://127.0.0.1.:443/",
    "https://127.0.0.0x1/",
    "https://1.0xff/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://192.168.1.1/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://[2606:4700:4700::1111]/",
    "https://localhost/",
    "https://localhost./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://db.intranet/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://receiver.onion/",
    "https://receiver/",
    "https://receiver.example.cn./",
    "https://.example.cn/",
    "https://receiver..cn/",
    "https://-receiver.example.cn/",
    "https://receiver-.example.cn/",
    "https://receiver_.example.cn/",
    "https://" + "a" * 64 + ".example.cn/",
    "https://" + "a." * 130 + "cn/",
    "https://receiver.example.cn/" + "a" * 500,
    "https://receiver。example。cn/",
    "https://receiver．example．cn/",
    "https://１２７．０．０．１/",
    "https://①②⑦.⓪.⓪.①/",
    "https://receiver%2eexample.cn/",
    "https://receiver.example.cn%00.evil.cn/",
    "https://RECEIVER.example.cn/",
    "https://接收.example.cn/",
    "https://user@receiver.example.cn/",
    "https://user:word@receiver.example.cn/",
    "https://receiver.example.cn@127.0.0.1/",
    "https://127.0.0.1@receiver.example.cn/",
    "https://receiver.example.cn:443@127.0.0.1/",
    "https://receiver.example.cn\\@127.0.0.1/",
    "https://receiver.example.cn\\.evil.cn/",
    "https://receiver.example.cn#@127.0.0.1/",
    "https://receiver.example.cn/#fragment",
    "https://receiver.example.cn?a=b",
    "https://receiver.example.cn;a/",
    "https://receiver.example.cn:80/",
    "https://receiver.example.cn:22/",
    "https://receiver.example.cn:5432/",
    "https://receiver.example.cn:0/",
    "https://receiver.example.cn:65979/",  # 443 of 16 bits
    "https://receiver.example.cn:/",
    "https://receiver.example.cn:+443/",
    "https://receiver.example.cn:４４３/",
    "https://receiver.example.cn/../admin",
    "https://receiver.example.cn//evil.cn",
    "https://receiver.example.cn/\\evil",
    "https://receiver.example.cn/<script>",
    f"https://receiver.example.cn/{t.RESIDENT_ID}",
    f"https://receiver.example.cn/?phone={t.MOBILE}",
    "",
    "https://",
]
NUMBERS = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "receiver.example.cn",
    "0x7f.1",
    "",
]
OPEN = Allowed()


def test_the_corpus_is_large_and_has_nothing_twice():
    assert len(set(ADDRESSES)) == len(ADDRESSES) >= 60
    assert len(set(NUMBERS)) == len(NUMBERS) >= 40


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_address_is_refused_before_any_look_up(address):
    def looked_up(*_: object) -> list[str]:
        raise AssertionError

    with pytest.raises(BadDestination):
        destination(address, OPEN)
    answer = Sender(OPEN, resolve=looked_up).send(address, {}, b"{}")
    assert (answer.status, answer.fault.partition("_")[0]) == (None, "address")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_name_that_stands_for_a_hostile_number_is_not_connected_to(number):
    sender = Sender(OPEN, resolve=lambda *_: [number])  # pytest-socket would refuse any line out

    answer = sender.send("https://receiver.example.cn/", {}, b"{}")

    assert answer in {
        Answer(None, "address_network", away=True),
        Answer(None, "address_number", away=True),
    }


@pytest.mark.parametrize("number", ["8.8.8.8", "223.5.5.5", "2606:4700:4700::1111", "2400:3200::1"])
def test_a_public_number_may_be_reached(number):
    judge(number, OPEN)


@pytest.mark.parametrize(
    ("address", "host", "port", "target"),
    [
        ("https://receiver.example.cn", "receiver.example.cn", 443, "/"),
        ("https://receiver.example.cn:443/a?b=c", "receiver.example.cn", 443, "/a?b=c"),
        (
            "https://xn--fiq228c.xn--55qx5d.xn--fiqs8s/",
            "xn--fiq228c.xn--55qx5d.xn--fiqs8s",
            443,
            "/",
        ),
    ],
)
def test_a_plain_address_is_read(address, host, port, target):
    found = destination(address, OPEN)

    assert (found.host, found.port, found.target) == (host, port, target)


def test_what_the_pack_opens_may_be_reached_and_nothing_beside_it():
    opened = Allowed(networks=(ip_network("10.20.0.0/16"),))

    judge("10.20.3.4", opened)

    for number in ("10.21.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254"):
        with pytest.raises(BadDestination):
            judge(number, opened)
