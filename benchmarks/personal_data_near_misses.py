"""Near misses for the benchmark of personal data: what looks like it and is not."""

from __future__ import annotations

import random
from collections.abc import Mapping

from benchmarks.personal_data_values import (
    Maker,
    card,
    credit_code,
    digits,
    iso7064,
    letters,
    resident_id,
    shape,
)


def other_check(rng: random.Random, value: str, alphabet: str = "0123456789") -> str:
    """A value with a wrong check character."""
    return value[:-1] + rng.choice([c for c in alphabet if c != value[-1]])


def bad_card(rng: random.Random) -> str:
    """A card number with a wrong check digit."""
    return other_check(rng, card(rng))


def bad_id(rng: random.Random) -> str:
    """A resident ID with a wrong check digit, a day no calendar has, or a region that is none."""
    body = resident_id(rng).replace(" ", "")[:17]
    wrong = rng.choice(["check", "date", "region"])
    if wrong == "check":
        return other_check(rng, body + iso7064(body))
    body = (
        body[:10] + rng.choice(["1332", "0230", "0431", "0000", "0631"]) + body[14:]
        if wrong == "date"
        else rng.choice(["00", "19", "67", "99"]) + body[2:]
    )
    return body + iso7064(body)


def bad_code(rng: random.Random) -> str:
    """A credit code with a wrong check character."""
    return other_check(rng, credit_code(rng), "0123456789ABCDEFGHJKLMNPQRTUWXY")


def order_number(rng: random.Random) -> str:
    """Digits with or without letters; some begin as a mobile number does and have its length."""
    return rng.choice(
        [
            f"1{rng.choice('35789')}{digits(rng, 9)}",
            f"2024{digits(rng, 12)}",
            f"JD{digits(rng, 12)}",
            f"{digits(rng, 3)}-{digits(rng, 7)}-{digits(rng, 7)}",
            f"E{digits(rng, 8)}",
            f"SO-{digits(rng, 6)}",
        ]
    )


def tracking(rng: random.Random) -> str:
    """Numbers of parcels."""
    return rng.choice(
        [
            f"SF{digits(rng, 13)}",
            f"YT{digits(rng, 13)}",
            f"1Z999AA1{digits(rng, 10)}",
            f"7{digits(rng, 13)}",
            f"RB{digits(rng, 9)}CN",
            f"9400 1{digits(rng, 3)} {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)} {digits(rng, 2)}",
        ]
    )


def amount(rng: random.Random) -> str:
    """Amounts of money, some as long as a telephone number."""
    return rng.choice(
        [
            f"¥{digits(rng, 3)},{digits(rng, 3)}.00",
            f"{rng.randrange(1, 99)}.{digits(rng, 2)}元",
            f"13{digits(rng, 9)}元",
            f"${rng.randrange(1, 999)}.{digits(rng, 2)}",
            f"{rng.randrange(10, 999)}万",
            f"￥1{rng.choice('358')}{digits(rng, 9)}",
            f"USD {rng.randrange(1, 90)},{digits(rng, 3)}",
        ]
    )


def moment(rng: random.Random) -> str:
    """Dates and times."""
    y, m, d = rng.randrange(1990, 2027), rng.randrange(1, 13), rng.randrange(1, 29)
    return rng.choice(
        [
            f"{y}-{m:02d}-{d:02d}",
            f"{y}{m:02d}{d:02d}",
            f"{y}年{m}月{d}日",
            f"{y}/{m:02d}/{d:02d} {rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}",
            f"{y}{m:02d}{d:02d}{digits(rng, 6)}",
            f"{d:02d}.{m:02d}.{y}",
            f"{y}-{m:02d}-{d:02d}T08:30:00Z",
        ]
    )


def version(rng: random.Random) -> str:
    """Versions of software."""
    return rng.choice(
        [
            f"v{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(99)}",
            f"V{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(200)}",
            f"version {rng.randrange(20, 140)}.0.{rng.randrange(200)}.{rng.randrange(200)}",
            f"{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(9)}.{rng.randrange(9)}",
            f"120.0.{rng.randrange(1000, 6999)}.{rng.randrange(300)}",
            f"{rng.randrange(1, 20)}.{rng.randrange(20)}.{rng.randrange(20)}-beta.{rng.randrange(9)}",
        ]
    )


def product(rng: random.Random) -> str:
    """Codes of products."""
    return rng.choice(
        [
            f"P{digits(rng, 8)}",
            f"{letters(rng, 3)}-{digits(rng, 4)}-{digits(rng, 4)}",
            f"B0{letters(rng, 8, 'ABCDEFGH0123456789')}",
            f"GT-{digits(rng, 5)}X",
            f"X{digits(rng, 2)}{letters(rng, 1)}{digits(rng, 3)}",
            f"{letters(rng, 2)}{digits(rng, 11)}",
        ]
    )


def timestamp(rng: random.Random) -> str:
    """Seconds or milliseconds since 1970."""
    return rng.choice([f"1{rng.choice('67')}{digits(rng, 8)}", f"1{rng.choice('67')}{digits(rng, 11)}"])


def isbn(rng: random.Random) -> str:
    """ISBN and EAN with right check digits."""
    body = rng.choice(["978", "979", "692", "400", "471"]) + digits(rng, 9)
    check = (10 - sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(body))) % 10
    number = f"{body}{check}"
    return rng.choice([number, f"{number[:3]}-{number[3]}-{number[4:8]}-{number[8:12]}-{number[12]}"])


def longer_run(rng: random.Random) -> str:
    """A telephone number inside a longer number."""
    return rng.choice(
        [
            f"{digits(rng, 4)}138{digits(rng, 8)}",
            f"138{digits(rng, 12)}",
            f"0.138{digits(rng, 8)}",
            f"{digits(rng, 9)}4155552671{digits(rng, 6)}",
            f"138{digits(rng, 8)}-{digits(rng, 4)}-{digits(rng, 4)}",
            f"{letters(rng, 4)}139{digits(rng, 8)}",
        ]
    )


def company_phone(rng: random.Random) -> str:
    """Service numbers of companies."""
    return rng.choice(
        [
            "10086",
            "95588",
            "12306",
            "12345",
            "110",
            f"400-{digits(rng, 3)}-{digits(rng, 4)}",
            f"400{digits(rng, 7)}",
            f"800-{digits(rng, 3)}-{digits(rng, 4)}",
            f"1-800-{rng.randrange(200, 999)}-{digits(rng, 4)}",
            f"(888) {rng.randrange(220, 999)}-{digits(rng, 4)}",
        ]
    )


def masked_value(rng: random.Random) -> str:
    """What somebody has masked already."""
    return rng.choice(
        [
            f"138****{digits(rng, 4)}",
            f"**** **** **** {digits(rng, 4)}",
            f"110101********{digits(rng, 4)}",
            "z***@qq.com",
            "张**",
            "[PHONE]",
            "[EMAIL:3f9a2c]",
            f"xxx-xxx-{digits(rng, 4)}",
        ]
    )


def coordinates(rng: random.Random) -> str:
    """Latitude and longitude, measures, scores."""
    return rng.choice(
        [
            f"39.{digits(rng, 6)}, 116.{digits(rng, 6)}",
            f"{rng.randrange(20, 50)}.{digits(rng, 4)}°N {rng.randrange(100, 130)}.{digits(rng, 4)}°E",
            f"{rng.randrange(9)}:{rng.randrange(9)}",
            f"{rng.randrange(10, 200)}x{rng.randrange(10, 200)}x{rng.randrange(10, 200)}",
            f"{rng.randrange(99)}.{digits(rng, 8)}%",
        ]
    )


def code_text(rng: random.Random) -> str:
    """What programmers write."""
    return rng.choice(
        [
            "icon@2x.png",
            "std::vector<int>",
            "a::b::c",
            shape(rng, "%%%%%%%%-%%%%-4%%%-a%%%-%%%%%%%%%%%%"),
            f"00:1A:2B:3C:4D:{digits(rng, 2)}",
            "255.255.255.0",
            "127.0.0.1",
            "react@18.2.0",
            "user@localhost",
            letters(rng, 40, "0123456789abcdef"),
            "git@github.com:acme/site.git",
            "@media",
            "10:20:30",
        ]
    )


def plain_link(rng: random.Random) -> str:
    """Links without any secret."""
    return "https://" + rng.choice(
        [
            "shop.example.com/list?page=2&sort=price",
            "a.cn/item?id=1000234&key=color",
            "example.com/?utm_source=mail&utm_medium=cpc",
            "t.co/AbC123xYz9",
            "example.com/docs?token=required",
            "x.cn/p/13912345678901.html",
            "maps.example/@39.9042,116.4074,15z",
            "example.com/reset?sign=true",
        ]
    )


def mention(rng: random.Random) -> str:
    """Mentions and hash tags."""
    return (
        rng.choice(
            ["@zhangsan", "@big_apple_2024", "#13800138000#", "#双十一#", "@客服小美", "@john.smith", "#Dr"]
        )
        if rng.random() < 0.9
        else f"#{digits(rng, 6)}"
    )


def short_code(rng: random.Random) -> str:
    """Post codes, stock codes, rooms, ends of cards."""
    return rng.choice(
        [
            f"{rng.choice('16')}{digits(rng, 5)}",
            f"60{digits(rng, 4)}",
            f"{digits(rng, 4)}",
            f"{digits(rng, 3)}室",
            f"No.{digits(rng, 3)}",
            f"{digits(rng, 6)}",
        ]
    )


#: slot → how a value is made
NEAR_MISSES: Mapping[str, Maker] = {
    "bad_card": bad_card,
    "bad_id": bad_id,
    "bad_code": bad_code,
    "order": order_number,
    "tracking": tracking,
    "amount": amount,
    "moment": moment,
    "version": version,
    "product": product,
    "timestamp": timestamp,
    "isbn": isbn,
    "longer_run": longer_run,
    "company_phone": company_phone,
    "masked": masked_value,
    "coordinates": coordinates,
    "code": code_text,
    "link": plain_link,
    "mention": mention,
    "short_code": short_code,
}
