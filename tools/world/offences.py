"""What the four departments punish, and how (违法行为与处罚).

Facts, amounts and pairings of acts with articles are invented for trying the program out.
"""

from dataclasses import dataclass

from tools.world.records import EMERGENCY, ENVIRONMENT, MARKET, TRANSPORT, Unit


@dataclass(frozen=True, slots=True)
class Offence:
    """An unlawful act: its type, what was found, the basis, the certificate that could be lost."""

    act: str
    fact: str
    basis: str
    certificate: str


@dataclass(frozen=True, slots=True)
class Sanction:
    """A mix of kinds of penalty. Fines and confiscations are drawn between two amounts in 万元."""

    kinds: tuple[str, ...]
    failing_class: str
    weight: int
    fine: tuple[float, float] = (0, 0)
    confiscation: tuple[float, float] = (0, 0)
    procedure: str = "02"

    @property
    def touches_certificate(self) -> bool:
        """Whether a certificate is withheld or revoked, so that it must be named."""
        return any("暂扣" in kind or "吊销" in kind for kind in self.kinds)


MINOR, ORDINARY, GRAVE = "轻微", "一般", "严重"

SANCTIONS = (
    Sanction(("警告",), MINOR, 12),
    Sanction(("通报批评",), MINOR, 3),
    Sanction(("警告", "罚款"), ORDINARY, 8, fine=(0.1, 2)),
    Sanction(("警告",), MINOR, 3, procedure="01"),
    Sanction(("罚款",), MINOR, 7, fine=(0.01, 0.3), procedure="01"),
    Sanction(("罚款",), ORDINARY, 34, fine=(0.5, 20)),
    Sanction(("罚款",), ORDINARY, 6, fine=(20, 95)),
    Sanction(("罚款",), GRAVE, 2, fine=(100, 480)),
    Sanction(("罚款", "没收违法所得"), ORDINARY, 9, fine=(0.5, 30), confiscation=(0.05, 12)),
    Sanction(("没收非法财物",), ORDINARY, 3, confiscation=(0.02, 4)),
    Sanction(("暂扣许可证件",), ORDINARY, 4),
    Sanction(("降低资质等级",), GRAVE, 1),
    Sanction(("吊销许可证件", "罚款"), GRAVE, 3, fine=(5, 60)),
    Sanction(("限制开展生产经营活动",), GRAVE, 1),
    Sanction(("责令停产停业", "罚款"), GRAVE, 3, fine=(2, 80)),
    Sanction(("责令关闭",), GRAVE, 1),
)
PERSON_SANCTIONS = (
    Sanction(("警告",), MINOR, 2),
    Sanction(("罚款",), MINOR, 3, fine=(0.005, 0.02), procedure="01"),
    Sanction(("罚款",), ORDINARY, 5, fine=(0.05, 2)),
)

OFFENCES: dict[Unit, tuple[Offence, ...]] = {
    MARKET: (
        Offence(
            "未按规定期限办理变更登记",
            "经查，当事人住所变更后未在规定期限内办理变更登记。",
            "《中华人民共和国市场主体登记管理条例》第四十六条",
            "营业执照",
        ),
        Offence(
            "经营超过保质期的食品",
            "经查，当事人货架上陈列待售的预包装食品已超过保质期。",
            "《中华人民共和国食品安全法》第一百二十四条",
            "食品经营许可证",
        ),
        Offence(
            "未履行进货查验义务",
            "经查，当事人采购食品时未查验供货者的许可证和出厂检验合格证明。",
            "《中华人民共和国食品安全法》第一百二十六条",
            "食品经营许可证",
        ),
        Offence(
            "发布虚假广告",
            "经查，当事人在其店铺网页上对商品性能作出与事实不符的宣传。",
            "《中华人民共和国广告法》第五十五条",
            "营业执照",
        ),
        Offence(
            "使用未经检验的特种设备",
            "经查，当事人使用的叉车未经定期检验。",
            "《中华人民共和国特种设备安全法》第八十四条",
            "特种设备生产许可证",
        ),
    ),
    ENVIRONMENT: (
        Offence(
            "建设项目未批先建",
            "经查，当事人的建设项目环境影响评价文件未经批准即开工建设。",
            "《中华人民共和国环境影响评价法》第三十一条",
            "排污许可证",
        ),
        Offence(
            "超过许可排放浓度排放水污染物",
            "经监测，当事人总排口化学需氧量日均值超过许可排放浓度。",
            "《中华人民共和国水污染防治法》第八十三条",
            "排污许可证",
        ),
        Offence(
            "未按规定贮存危险废物",
            "经查，当事人将废机油露天堆放，未设置危险废物识别标志。",
            "《中华人民共和国固体废物污染环境防治法》第一百一十二条",
            "危险废物经营许可证",
        ),
    ),
    EMERGENCY: (
        Offence(
            "未按规定进行安全生产教育培训",
            "经查，当事人未对新上岗人员进行安全生产教育和培训。",
            "《中华人民共和国安全生产法》第九十七条",
            "安全生产许可证",
        ),
        Offence(
            "未建立事故隐患排查治理制度",
            "经查，当事人未将事故隐患排查治理情况如实记录。",
            "《中华人民共和国安全生产法》第一百零一条",
            "安全生产许可证",
        ),
        Offence(
            "超过许可范围经营危险化学品",
            "经查，当事人超出许可证载明的品种经营危险化学品。",
            "《危险化学品安全管理条例》第七十七条",
            "危险化学品经营许可证",
        ),
    ),
    TRANSPORT: (
        Offence(
            "未取得道路运输经营许可从事经营",
            "经查，当事人的车辆超出许可的经营范围从事货物运输。",
            "《中华人民共和国道路运输条例》第六十三条",
            "道路运输经营许可证",
        ),
        Offence(
            "车辆超限运输",
            "经检测，当事人的货运车辆车货总质量超过限定标准。",
            "《公路安全保护条例》第六十四条",
            "道路运输经营许可证",
        ),
        Offence(
            "未按规定维护和检测运输车辆",
            "经查，当事人未按规定周期对运输车辆进行检测。",
            "《中华人民共和国道路运输条例》第七十条",
            "道路运输经营许可证",
        ),
    ),
}
