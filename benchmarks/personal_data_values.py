"""Values for the benchmark of personal data, made without the finder's rules: real forms, invented holders.

Check digits are computed by other formulas than those the finder uses, so that one mistake is not made twice.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

Maker = Callable[[random.Random], str]

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
    "任卢姚沈钟姜崔谭陆范汪廖石金贾韦夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺顾毛郝龚邵万钱严"
)
_COMPOUNDS = ["欧阳", "上官", "司马", "诸葛", "皇甫", "慕容", "令狐", "司徒"]
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉建华国志红玉梅琴云飞鹏晨雪琳浩宇轩梓涵怡欣悦"
    "诗雨佳瑞思睿子墨俊毅凯峰倩婷璐瑶博翔楠岩冰清雅慧颖嘉琪晓东海龙春生永福德"
)
_FIRST_NAMES = """
    James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan
    Joseph Jessica Thomas Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Betty Anthony Sandra
    Priya Rahul Aisha Mohammed Chen Wei Yuki Carlos Sofia Ingrid Lars Olga Fatima Kwame Siobhan Giulia
    Hiroshi
"""
_FIRST = _FIRST_NAMES.split()
_LAST_NAMES = """
    Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez
    Wilson Anderson Taylor Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker
    Young Allen King Wright Patel Sharma Khan O'Brien MacDonald Kowalski Nakamura Schmidt Okafor
    Smith-Jones Fernandez Murphy Novak Zhang
"""
_LAST = _LAST_NAMES.split()


def pick(rng: random.Random, choices: str | list[str]) -> str:
    """One of some choices; a string holds them parted by spaces, or is its characters."""
    return rng.choice(choices.split() if isinstance(choices, str) and " " in choices else list(choices))


def digits(rng: random.Random, n: int) -> str:
    """`n` random digits."""
    return "".join(rng.choice("0123456789") for _ in range(n))


def shape(rng: random.Random, *patterns: str) -> str:
    """One of some patterns, with a random digit for each `#` and a random hexadecimal one for each `%`."""
    filled = re.sub("#", lambda _: rng.choice("0123456789"), rng.choice(patterns))
    return re.sub("%", lambda _: rng.choice("0123456789abcdef"), filled)


def letters(rng: random.Random, n: int, alphabet: str = "ABCDEFGHJKLMNPQRSTUVWXYZ") -> str:
    """`n` random letters."""
    return "".join(rng.choice(alphabet) for _ in range(n))


def chinese_name(rng: random.Random) -> str:
    """A surname and one or two characters."""
    surname = pick(rng, _COMPOUNDS) if rng.random() < 0.05 else pick(rng, _SURNAMES)
    return surname + "".join(rng.sample(_GIVEN, rng.choice([1, 2, 2])))


def english_name(rng: random.Random) -> str:
    """A first and a last name, now and then with an initial between them."""
    middle = f" {pick(rng, 'ABCDEFGJKLMR')}." if rng.random() < 0.1 else ""
    return f"{pick(rng, _FIRST)}{middle} {pick(rng, _LAST)}"


def last_name(rng: random.Random) -> str:
    """A last name."""
    return pick(rng, _LAST)


def first_name(rng: random.Random) -> str:
    """A first name."""
    return pick(rng, _FIRST)


def lower_name(rng: random.Random) -> str:
    """A name as people type it into a chat."""
    return f"{pick(rng, _FIRST)} {pick(rng, ['Smith', 'Brown', 'Lopez', 'Patel', 'Nguyen', 'Novak'])}".lower()


def email(rng: random.Random) -> str:
    """An address with a name or pinyin, digits and separators before a domain of a company or a provider."""
    user = pick(
        rng,
        "zhangwei li.na wang_fang j.smith maria chen123 support.lee alex-w k_tanaka oliver.b qq zhou hello",
    ).strip()
    user += pick(rng, ["", digits(rng, 2), digits(rng, 4), f".{digits(rng, 2)}", "+shop"])
    domain = pick(
        rng,
        "qq.com 163.com gmail.com outlook.com 126.com sina.com.cn example.org mail.co.uk uni-bonn.de acme.io",
    )
    address = f"{user}@{domain}"
    return address.upper() if rng.random() < 0.05 else address


def chinese_mobile(rng: random.Random) -> str:
    """Eleven digits, in the ways they are written."""
    ranges = "130 131 133 135 136 138 139 150 151 155 158 159 166 170 176 177 180 182 186 187 189 191 198 199"
    a, b, c = pick(rng, ranges), digits(rng, 4), digits(rng, 4)
    number = a + b + c
    apart = [f"{a} {b} {c}", f"{a}-{b}-{c}", f"+86 {a} {b} {c}", full_width(number)]
    abroad = [f"+86 {number}", f"+86{number}", f"86-{number}", f"(+86){number}", f"0086 {number}"]
    return pick(rng, [number, number, number, *apart, *abroad])


def chinese_landline(rng: random.Random) -> str:
    """Area code and seven or eight digits."""
    area, size = rng.choice(
        [
            ("010", 8),
            ("021", 8),
            ("0755", 8),
            ("020", 8),
            ("0571", 8),
            ("0531", 8),
            ("0898", 8),
            ("0931", 7),
            ("0471", 7),
        ]
    )
    number = rng.choice("2345678") + digits(rng, size - 1)
    return pick(
        rng,
        [
            f"{area}-{number}",
            f"({area}){number}",
            f"{area} {number}",
            f"+86-{area[1:]}-{number}",
            f"{area}-{number}-{digits(rng, 3)}",
        ],
    )


def western_phone(rng: random.Random) -> str:
    """A number of North America, Britain or another country, as it is written there or abroad."""
    area = pick(rng, "212 415 617 305 206 312 646 702")
    exchange, line = f"{rng.randrange(2, 8)}{rng.randrange(10)}{rng.randrange(2, 10)}", digits(rng, 4)
    home = [f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"{area}.{exchange}.{line}"]
    coded = [f"+1 {area} {exchange} {line}", f"+1-{area}-{exchange}-{line}", f"1-{area}-{exchange}-{line}"]
    british = shape(
        rng, "+44 20 #### ####", "+44 77## ######", "+44 79## ######", "075## ######", "020 7### ####"
    )
    abroad = shape(
        rng, "+49 30 #######", "+33 6 ## ## ## ##", "+81-90-####-####", "+852 9### ####", "+65 9### ####"
    )
    return pick(rng, [*home, *coded, british, british, abroad, abroad])


def card(rng: random.Random) -> str:
    """A card number with its check digit, together, in groups, or with dashes."""
    shorter = [("37", 15), ("34", 15)]
    longer = [("622202", 19), ("621700", 19)]
    usual = ["4", "51", "55", "2223", "622588", "6217", "6011", "3530", "625"]
    prefix, size = rng.choice([*shorter, *longer, *((prefix, 16) for prefix in usual)])
    body = prefix + digits(rng, size - len(prefix) - 1)
    number = body + next(check for check in "0123456789" if _luhn_sum(body + check) % 10 == 0)
    if size == 15:
        groups = [number[:4], number[4:10], number[10:]]
    else:
        groups = [number[at : at + 4] for at in range(0, size, 4)]
    return pick(rng, [number, number, " ".join(groups), "-".join(groups)])


def _luhn_sum(number: str) -> int:
    table = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    return sum(table[int(d)] if (len(number) - at) % 2 == 0 else int(d) for at, d in enumerate(number))


def resident_id(rng: random.Random) -> str:
    """Region, day of birth, sequence, and the check character by the recursion of ISO 7064."""
    region = pick(
        rng,
        "110101 110105 310104 440106 440305 330106 320102 510107 420106 610113 370202 210102 500103",
    )
    body = region + _birthday(rng).strftime("%Y%m%d") + f"{rng.randrange(1, 999):03d}"
    number = body + iso7064(body)
    if rng.random() < 0.1:
        return f"{number[:6]} {number[6:14]} {number[14:]}"
    return number.lower() if rng.random() < 0.1 else number


def iso7064(body: str) -> str:
    """The check character of ISO 7064 MOD 11-2, by its recursion."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return "0123456789X"[(12 - remainder) % 11]


def _birthday(rng: random.Random) -> date:
    return date(1945, 1, 1) + timedelta(days=rng.randrange(23_000))


def residence_permit(rng: random.Random) -> str:
    """The residence permit for people from Hong Kong, Macao and Taiwan."""
    body = (
        pick(rng, "810000 820000 830000") + _birthday(rng).strftime("%Y%m%d") + f"{rng.randrange(1, 999):03d}"
    )
    return body + iso7064(body)


def travel_permit(rng: random.Random) -> str:
    """The permit for people from Hong Kong and Macao to travel to the mainland."""
    return pick(rng, "HM") + digits(rng, rng.choice([8, 10]))


def taiwan_permit(rng: random.Random) -> str:
    """The permit for people from Taiwan to travel to the mainland."""
    return digits(rng, 8)


def chinese_passport(rng: random.Random) -> str:
    """An ordinary electronic passport of China."""
    return rng.choice(["E" + digits(rng, 8), "E" + letters(rng, 1, "ABCDEFGH") + digits(rng, 7)])


def foreign_passport(rng: random.Random) -> str:
    """Passports of the United States, Britain, Japan, Korea, Australia and Canada."""
    return rng.choice(
        [
            digits(rng, 9),
            letters(rng, 2, "TRMKAB") + digits(rng, 7),
            "M" + digits(rng, 8),
            "N" + digits(rng, 7),
            letters(rng, 2) + digits(rng, 6),
        ]
    )


def credit_code(rng: random.Random) -> str:
    """A unified social credit code; the check character makes the weighted sum 0 modulo 31."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = (
        pick(rng, "91 91 91 92 52 12")
        + pick(rng, "110108 310115 440300 330100 320500 510100")
        + letters(rng, 9, alphabet)
    )
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    total = sum(alphabet.index(c) * w for c, w in zip(body, weights, strict=True))
    return body + next(c for c in alphabet if (total + alphabet.index(c)) % 31 == 0)


def plate(rng: random.Random) -> str:
    """A number plate with five characters, or six for a car with a battery."""
    head = pick(rng, "京沪粤浙苏川鄂鲁豫冀闽湘渝津辽皖") + letters(rng, 1, "ABCDEFGH")
    if rng.random() < 0.3:
        tail = rng.choice([letters(rng, 1, "DF") + digits(rng, 5), digits(rng, 5) + letters(rng, 1, "DF")])
    else:
        tail = rng.choice(
            [
                digits(rng, 5),
                letters(rng, 1) + digits(rng, 4),
                digits(rng, 1) + letters(rng, 1) + digits(rng, 3),
                digits(rng, 3) + letters(rng, 2),
            ]
        )
    return head + pick(rng, ["", "", "·", " "]) + tail


def ip(rng: random.Random) -> str:
    """An address of a machine, version 4 or 6."""
    if rng.random() < 0.25:
        return shape(rng, "2001:db8:1%%:2%%:3%%:4%%:5%%:6%%", "fe80::1%%%:2%%%:##")
    first = pick(rng, "10 58 61 101 113 120 172 180 192 202 218 223")
    return f"{first}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def secret(rng: random.Random) -> str:
    """A random string as programs make them."""
    alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return digits(rng, 1) + letters(rng, rng.choice([15, 23, 31, 39]), alphabet) + letters(rng, 1, "abc")


def jwt(rng: random.Random) -> str:
    """Three parts as a JSON web token has them."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
    return f"eyJhbGciOiJIUzI1NiJ9.eyJ{letters(rng, 30, alphabet)}.{letters(rng, 42, alphabet)}a"


def user_info(rng: random.Random) -> str:
    """User and password as they stand in a link."""
    return f"{pick(rng, 'admin root deploy bob svc_web')}:{letters(rng, 6, 'abcdefghkmnp')}{digits(rng, 3)}"


def chinese_address(rng: random.Random) -> str:
    """From the province or the district down to the door."""
    place = pick(
        rng,
        [
            "北京市朝阳区",
            "上海市浦东新区",
            "广东省深圳市南山区",
            "浙江省杭州市西湖区",
            "成都市武侯区",
            "江苏省苏州市工业园区",
            "武汉市洪山区",
            "重庆市渝中区",
            "福建省泉州市晋江市",
            "海淀区",
        ],
    )
    road = pick(
        rng,
        [
            "中山路",
            "人民路",
            "建国路",
            "世纪大道",
            "解放东路",
            "文一西路",
            "科技园北街",
            "长江路",
            "学院路",
            "民生巷",
            "和平大街",
            "望京街",
        ],
    )
    room = f"{rng.randrange(1, 30)}0{rng.randrange(1, 6)}室"
    block = f"{rng.randrange(1, 20)}栋{rng.randrange(1, 5)}单元{room}"
    door = pick(rng, ["", f"{rng.randrange(1, 30)}号楼", block, room])
    return f"{place}{road}{rng.randrange(1, 999)}号{door}"


def estate_address(rng: random.Random) -> str:
    """An estate, a block and a door."""
    place = pick(rng, ["朝阳区", "北京市海淀区", "南京市鼓楼区", "", "天河区", "西安市雁塔区"])
    estate = pick(rng, ["翠湖花园", "阳光小区", "幸福家园", "万科公寓", "金地大厦", "紫荆苑", "和平新村"])
    block = f"{rng.randrange(1, 30)}{pick(rng, ['栋', '号楼', '幢', '座'])}"
    entrance = pick(rng, ["", f"{rng.randrange(1, 5)}单元"])
    return (
        f"{place}{estate}{block}{entrance}{rng.randrange(1, 30)}0{rng.randrange(1, 6)}{pick(rng, ['室', ''])}"
    )


def american_address(rng: random.Random) -> str:
    """Number, street, perhaps a unit, perhaps a town."""
    street = pick(
        rng,
        [
            "Main Street",
            "Oak Ave",
            "Elm St",
            "Maple Drive",
            "Sunset Blvd",
            "5th Avenue",
            "Park Road",
            "N Lake Dr",
            "Old Mill Lane",
            "Washington Court",
            "Cedar Ridge Way",
        ],
    )
    unit = pick(
        rng,
        [
            "",
            "",
            f", Apt {rng.randrange(1, 40)}",
            f" Suite {rng.randrange(100, 900)}",
            f", Unit {pick(rng, 'ABCD')}",
        ],
    )
    town = pick(
        rng,
        [
            "",
            "",
            ", Springfield, IL 62704",
            ", Austin, TX 78701",
            ", San Jose, CA 95112",
            ", New York, NY 10001",
        ],
    )
    return f"{rng.randrange(1, 9999)} {street}{unit}{town}"


def british_address(rng: random.Random) -> str:
    """Number, street, town and postcode."""
    street = pick(
        rng,
        [
            "High Street",
            "Station Road",
            "Church Lane",
            "Victoria Road",
            "Mill Close",
            "Kings Road",
            "Albert Terrace",
        ],
    )
    town = pick(rng, ["", ", London SW1A 2AA", ", Leeds LS1 4DY", ", Bristol"])
    return f"{rng.randrange(1, 200)}{pick(rng, ['', '', 'a'])} {street}{town}"


def full_width(value: str) -> str:
    """A value in full-width characters."""
    return "".join(
        chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in value
    )


#: slot → kind, how a value is made
POSITIVE: Mapping[str, tuple[str, Maker]] = {
    "name_zh": ("name", chinese_name),
    "name_en": ("name", english_name),
    "last_en": ("name", last_name),
    "first_en": ("name", first_name),
    "lower_en": ("name", lower_name),
    "email": ("email", email),
    "mobile": ("phone", chinese_mobile),
    "landline": ("phone", chinese_landline),
    "phone_en": ("phone", western_phone),
    "card": ("card", card),
    "resident_id": ("resident_id", resident_id),
    "residence_permit": ("permit", residence_permit),
    "travel_permit": ("permit", travel_permit),
    "taiwan_permit": ("permit", taiwan_permit),
    "passport_cn": ("passport", chinese_passport),
    "passport": ("passport", foreign_passport),
    "credit_code": ("credit_code", credit_code),
    "plate": ("plate", plate),
    "ip": ("ip", ip),
    "secret": ("url_token", secret),
    "jwt": ("url_token", jwt),
    "user_info": ("url_token", user_info),
    "address_zh": ("address", chinese_address),
    "estate_zh": ("address", estate_address),
    "address_us": ("address", american_address),
    "address_uk": ("address", british_address),
}
