"""Names of people where a word announces them: `姓名：张三`, `我叫李四`, `Dr. Grey`, `my name is Ann`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headway.text.contexts import Span

#: surnames of China: the Hundred Family Surnames as far as they are in use, and common ones besides
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗凤方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元顾孟平黄穆萧尹姚邵汪祁毛狄米贝明臧计成戴谈宋庞熊纪舒屈"
    "项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房缪干解应宗丁宣邓郁单杭洪包"
    "诸左石崔吉钮龚程嵇邢裴陆荣翁荀惠甄曲封储靳段富巫乌焦巴弓牧隗谷车侯全班仰仇宁甘厉祖武符刘景詹束龙叶幸司黎薄白怀蒲"
    "邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻党翟谭贡劳姬申冉宰桑桂牛寿边扈燕冀浦尚农温庄晏柴瞿阎慕连习艾容向古易慎戈廖"
    "庾终暨居衡步都耿满弘匡国文寇广阙东欧利越师巩聂晁勾融冷辛阚那简饶曾关红游竺权盖益桓公涂肖闫仝覃佟芦付代丘苟税岳帅亓"
)
_COMPOUND = (
    "欧阳|司马|上官|诸葛|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|司空|端木|独孤|南宫|轩辕|百里|呼延|澹台|"
    "万俟|闻人|濮阳|淳于|单于|太史|申屠|公冶|钟离|鲜于|闾丘|拓跋|西门|东郭|南门|第五"
)
_HAN = "[\u4e00-\u9fff\u3400-\u4dbf]"
#: characters that no given name has: they make a phrase of what looks like a surname
_NOT_GIVEN = (
    "的了着过吗呢吧啊呀哦嘛么是不没在我你您他她它们这那哪什谁去到要就也还又再很被把给让跟与或及但几个位次号码"
    "电机客服吃喝买卖送退换问叫"
)
_NAME = rf"(?:(?:{_COMPOUND})|[{_SURNAMES}])(?:(?![{_NOT_GIVEN}]){_HAN}){{1,2}}?"
#: where a name ends: before anything but a Han character, or before a word that goes on about the person
_END = (
    rf"(?!{_HAN})|(?=的|是|和|与|及|先生|女士|小姐|老师|同学|医生|经理|电话|手机|身份|联系|地址|住址|邮箱|性别|男|女|年龄|"
    "今年|来自|住|要|想|在|有|请|说|家|从|生日|出生|微信|证件|银行|护照|卡号|账号|工号|部门|职位|申请|已|本人|收|今|昨)"
)
_LABELS = (
    "姓名|名字|收件人|收货人|寄件人|发件人|联系人|持卡人|开户人|户名|申请人|投保人|被保险人|被保人|受益人|患者|病人|经办人|"
    "负责人|法定代表人|法人代表|法人|签收人|预约人|入住人|乘客|乘车人|报案人|投诉人|举报人|当事人|客户名称|客户名|会员名"
)
_CHINESE = re.compile(
    rf"(?:(?:{_LABELS})(?:姓名|名字)?(?: ?[:=] ?|为|是|叫| )|(?:我|本人|他|她|名|名字|姓名)叫做?"
    r"|(?:我|本人)的名字(?:叫|是))"
    rf" ?[\"“「]?(?P<name>{_NAME})(?:{_END})"
)
#: words that begin with what is a surname, too
_WORDS_LIKE_NAMES = """
    高级 高中 常用 安全 平安 万能 方便 水果 金融 成功 任何 全部 全体 时间 时代 马上 温馨 白天 黄金 于是
    何时 何人 国家 国际 公司 公共 程序 程序员 管理 管理员 相关 广告 农民 房东 房客 车主 武汉 文件 安保
    安检 方便面 高手 车位 花店 白领 黄牛 水电 路人 店长 柜员 家长 华为 金额 包裹 祖国 江苏 江西 云南
    贵州 宁夏 宁波 安徽 广东 广西 广州 海南 河南 温州 郑州 常州 连云港 古人 简单 明天 明年 康师傅 安排
    项目 计划 牛奶 阳台 费用 空白 未知 冷饮 景区 景点 党员 舒服 谢谢 和平 东方 东西 巴士 封面 尚未 单位
    单身 应该 利息 支付 支付宝 农业 华夏 广发
"""
_WORDS = frozenset(_WORDS_LIKE_NAMES.split())
#: what makes a surname alone an address
_TITLE_WORDS = "先生 女士 小姐 太太 老师 经理 医生 师傅 同学 阿姨 总监 主任 主管 教授 老板 律师 警官"
_TITLES = frozenset(_TITLE_WORDS.split())

_WORD = (
    r"(?:(?:Mc|Mac|De|Di|La|Le|Van)[A-Z][a-z]{1,20}|[A-Z][’'][A-Z][a-z]{1,20}|[A-Z][a-z]{1,20}(?:-[A-Z][a-z]{1,20})?|[A-Z]{2,15})"
    r"(?![A-Za-z])"
)
_PARTS = (
    rf"{_WORD}(?: (?:[A-Z]\.|(?:van|von|de|der|den|la|bin|al|di|da)\b(?: (?:der|den|la))?|{_WORD})){{0,3}}"
)
_TITLED = re.compile(rf"(?<![A-Za-z])(?P<title>Mr|Mrs|Ms|Miss|Dr|Prof)(?:\. ?| )(?P<name>{_PARTS})")
_LABELLED = re.compile(
    r"(?<![A-Za-z])(?P<label>(?:full|first|last|customer|cardholder|contact|recipient|patient|passenger|guest|"
    r"client|beneficiary|account holder|card ?holder)(?:'s)? ?name|name|cardholder|account holder|"
    r"contact(?: person)?|recipient|consignee|beneficiary|patient|passenger|attn) ?[:=] ?\"?"
    rf"(?P<name>(?-i:{_PARTS}))",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?<![A-Za-z])(?:my (?:full |first |last )?name(?:'s| is)|my name,|(?:his|her) (?:full )?name is|"
    rf"i am called|i'm called|this is(?= (?-i:{_PARTS}) (?:speaking|calling|writing|here|from)\b)) ?"
    rf"(?P<name>(?-i:{_PARTS})|[a-z]{{2,15}}(?: [a-z]{{2,15}})?)",
    re.IGNORECASE,
)

#: what follows a title or `my name is` and is no name
_WORDS_AFTER_TITLES = """
    robot big sunshine bean pepper martens strange who right clean marvel universe america world
    president speaker chairman minister coffee kitty office word excel perfect fox oz house evil seuss
    potato incredible nobody freeze beast congeniality you your my the him her it them this that being
    out on in not no a an and or but with from as at for to of is was i wrong missing incorrect correct
    different still showing listed blank empty hidden unknown private confidential too so misspelt
    misspelled spelt spelled just also now only already very here there what which please thanks thank
    dear hi hello mr mrs ms miss dr prof sir madam customer team support all everyone street road avenue
    monday tuesday wednesday thursday friday saturday sunday january february march april june july
    august september october november december hospital clinic if when because can could would should
    will have has had do does did are am be been get got want need like since after before under over by
    up than then about into account card order bank company email phone number tel address required
    mandatory optional invalid valid none null undefined n/a same first last full middle called printed
    registered changed entered used needed displayed getting written attached linked tied associated cut
    truncated shown supposed put going having coming appearing saved set
"""
_NO_NAMES = frozenset(_WORDS_AFTER_TITLES.split())
_ADDRESS_BEFORE = re.compile(r"[0-9][A-Za-z]? (?:[A-Z][a-z]{1,20} ){0,2}[A-Z][a-z]{1,20} $")
#: names of things, whose label ends like that of a person
_OF_A_THING = re.compile(
    r"(?:file|product|company|brand|domain|user|model|event|project|class|variable|column|field|table|host|"
    r"device|app|business|merchant|store|shop|bank|plan|street|city|pet|team|group|nick|screen|display|item|"
    r"course|movie|game)[ _-]?$",
    re.IGNORECASE,
)


#: one of these stands in every text in which the patterns above find a name, or a colon or an equals sign
_CHINESE_WORDS = re.compile(f"{_LABELS}|我叫|人叫|他叫|她叫|名叫|我的名")
_SAID_WORDS = (
    "Mr",
    "Ms",
    "Miss",
    "Dr",
    "Prof",
    "name is",
    "Name is",
    "name's",
    "name,",
    "his is",
    "m called",
)
_LABEL_WORDS = (
    "name",
    "holder",
    "contact",
    "recipient",
    "patient",
    "passenger",
    "consignee",
    "beneficiary",
    "attn",
)


def may_have_names(text: str) -> bool:
    """Whether it is worth while to look for names: quick, and true where `find_names` finds one."""
    if not text.isascii() and _CHINESE_WORDS.search(text):
        return True
    return _has_one(_SAID_WORDS, text) or _has_label(text)


def _has_label(text: str) -> bool:
    return (":" in text or "：" in text or "=" in text) and _has_one(_LABEL_WORDS, text.lower())


def _has_one(words: tuple[str, ...], text: str) -> bool:
    for word in words:  # noqa: SIM110 - `any` with a generator takes three times as long
        if word in text:
            return True
    return False


def find_names(text: str) -> Iterator[Span]:
    """Spans of people's names in a folded text, titles and labels left outside."""
    for match in _CHINESE.finditer(text):
        if not _is_phrase(match["name"]):
            yield "name", *match.span("name")
    if _has_label(text):
        for match in _LABELLED.finditer(text):
            # `Name: Refund` may be anything; two words with capitals after a name's label are somebody.
            if not _OF_A_THING.search(text[max(0, match.start() - 12) : match.start()]):
                yield from _trimmed(match, fewest=2 if match["label"].lower() in ("name", "contact") else 1)
    if _has_one(_SAID_WORDS, text):
        yield from _find_said(text)


def _is_phrase(name: str) -> bool:
    """Whether what looks like a Chinese name is a word, or a surname with a title."""
    return name in _WORDS or name[:2] in _WORDS or name[1:] in _TITLES


def _find_said(text: str) -> Iterator[Span]:
    """Names after an English title, and those that people say are theirs."""
    for match in _TITLED.finditer(text):
        is_street = match["title"] == "Dr" and _ADDRESS_BEFORE.search(
            text[max(0, match.start() - 40) : match.start()]
        )
        if not is_street:
            yield from _trimmed(match, fewest=1)
    for match in _SAID.finditer(text):
        yield from _trimmed(match, fewest=1)


def _trimmed(match: re.Match[str], fewest: int) -> Iterator[Span]:
    """The words of a match up to the first that no name has, if enough of them are left."""
    kept = 0
    words = match["name"].split(" ")
    for word in words:
        if word.lower() in _NO_NAMES:
            break
        kept += 1
    if kept >= fewest:
        start = match.start("name")
        yield "name", start, start + len(" ".join(words[:kept]))
