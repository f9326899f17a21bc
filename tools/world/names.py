"""Invented names: place, trade name, industry and form; people are 某某 (虚构名称).

Trade names join characters that names of firms seldom join, so that no firm is meant.
"""

from random import Random

PLACES = {
    "211100": "盘锦",
    "211102": "盘锦双台子",
    "211103": "盘锦兴隆台",
    "211104": "盘锦大洼",
    "211122": "盘山",
}
COUNTIES = {
    "211100": "盘锦市",
    "211102": "盘锦市双台子区",
    "211103": "盘锦市兴隆台区",
    "211104": "盘锦市大洼区",
    "211122": "盘锦市盘山县",
}
CHARACTERS = (
    "苇砚棹汀屿岫澹溯橹篁棣蘅橡簌漪沚砺岑檀笙箬荻葭菖榈栩椿槿栎桁琮珩珞琚璟琰璞玦珺瓒"
    "霁霭岚峤峪崧嵘峋堇堃垚垣埠堰浔淇沅沣泓洵洛涑渌湄湉溱滢潆濂澍瀚翊翎翮翯翚鸢鹄鹭鹮"
    "舸舳舫艉笈筠筱篆簧籁缃缇绛绾缦绮纾纨耘耔穑稷穗秫粲黍麓麒麟鲲鳞骐骊骞驭轩轸辙辔"
)
INDUSTRIES = (
    "石化装备",
    "精细化工",
    "石油技术服务",
    "新材料",
    "粮油加工",
    "水产养殖",
    "食品",
    "餐饮管理",
    "乳制品",
    "医疗器械",
    "建筑工程",
    "装饰工程",
    "市政工程",
    "机械制造",
    "管道安装",
    "防腐保温",
    "物流",
    "道路运输",
    "船舶修造",
    "仓储服务",
    "环保设备",
    "节能科技",
    "信息技术",
    "软件开发",
    "电子商务",
    "商贸",
    "物业管理",
    "旅游开发",
    "文化传媒",
    "检验检测",
    "劳务服务",
    "种业",
)
COMPANY_FORMS = ("有限公司", "有限责任公司", "股份有限公司")
FORM_WEIGHTS = (70, 22, 8)
SHOPS = (
    "小吃店",
    "面馆",
    "烘焙坊",
    "水果店",
    "五金店",
    "日用品商行",
    "服装店",
    "理发店",
    "汽车维修部",
    "图文社",
    "花店",
    "副食店",
    "海鲜档",
    "家具店",
)
CROPS = ("水稻", "河蟹", "碱地柿子", "农机", "蔬菜", "苇业", "养殖")
INSTITUTIONS = ("公共服务中心", "技术推广站", "文化馆", "测绘院")
PRIVATE_INSTITUTIONS = ("职业培训学校", "养老服务中心", "幼儿园")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻"
STEMS = "甲乙丙丁戊己庚辛壬癸"


class NameBook:
    """Gives out registered names, each once (虚构名称簿)."""

    def __init__(self, random: Random, *, world_size: int) -> None:
        self._random = random
        # Larger worlds need more names than pairs of characters give.
        self._length = 2 if world_size < len(CHARACTERS) ** 2 else 3
        self._taken: set[str] = set()

    def new(self, kind: str, *, place: str, industry: str) -> str:
        """Return a name that was not given out before, for an undertaking of a kind."""
        while True:
            trade = "".join(self._random.sample(CHARACTERS, self._length))
            name = self._registered(kind, place=place, trade=trade, industry=industry)
            if name not in self._taken:
                self._taken.add(name)
                return name

    def _registered(self, kind: str, *, place: str, trade: str, industry: str) -> str:
        form = self._random.choices(COMPANY_FORMS, weights=FORM_WEIGHTS)[0]
        shapes = {
            "company": f"{place}{trade}{industry}{form}",
            "branch": f"辽宁{trade}{industry}有限公司{place}分公司",
            "partnership": f"{place}{trade}{industry}中心（有限合伙）",
            "sole_proprietorship": f"{place}{trade}{industry}厂（个人独资）",
            "sole_trader": f"{place}{trade}{self._random.choice(SHOPS)}",
            "cooperative": f"{place}{trade}{self._random.choice(CROPS)}专业合作社",
            "institution": f"{place}{trade}{self._random.choice(INSTITUTIONS)}",
            "association": f"{place}{trade}{industry}行业协会",
            "private_institution": f"{place}{trade}{self._random.choice(PRIVATE_INSTITUTIONS)}",
        }
        return shapes[kind]


def person_name(random: Random) -> str:
    """Return a name that is nobody's, such as 赵某乙 (虚构姓名)."""
    return f"{random.choice(SURNAMES)}某{random.choice(STEMS)}"
