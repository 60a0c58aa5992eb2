"""Postal addresses and what only looks like them."""

from __future__ import annotations

import pytest

from headway.text.personal_data import find


def addresses(text: str) -> list[str]:
    """The addresses of a text."""
    return [finding.value for finding in find(text) if finding.kind == "address"]


@pytest.mark.parametrize(
    "address",
    [
        "北京市海淀区中关村大街27号",
        "北京市海淀区中关村大街27号1101室",
        "上海市浦东新区世纪大道100号环球金融中心",
        "广东省深圳市南山区科技园北街12-3号5栋2单元301室",
        "朝阳区建国路88号",
        "天河区体育西路一百零三号",
        "上海市静安区长宁路1600弄5号楼801",
        "翠湖花园3栋2单元501室",
        "南京市鼓楼区阳光小区12号楼1203",
    ],
)
@pytest.mark.parametrize("sentence", ["地址：{}", "我住在{}，麻烦送货。", "快递寄到{}"])
def test_addresses_in_china(address: str, sentence: str) -> None:
    assert addresses(sentence.format(address)) == [address]


@pytest.mark.parametrize(
    "address",
    [
        "221B Baker Street, London NW1 6XE",
        "1600 Pennsylvania Avenue",
        "12 Oak Ave, Apt 3",
        "4312 Maple Drive, Springfield, IL 62704",
        "77 N Lake Dr Suite 200",
        "350 5th Avenue, New York, NY 10118",
        "Flat 4, 12 High Street, Leeds LS1 4DY",
        "PO Box 1234",
    ],
)
@pytest.mark.parametrize("sentence", ["I live at {}", "Ship to {} please", "{}"])
def test_western_addresses(address: str, sentence: str) -> None:
    assert addresses(sentence.format(address)) == [address]


@pytest.mark.parametrize(
    "text",
    [
        "路上3号线很挤",
        "坐地铁10号线到中山路",
        "线路3号故障，电路2号正常",
        "套路1号：先涨价",
        "国道3号",
        "5月3号在人民路",
        "12路公交和2路公交",
        "广渠路15号地开拍",
        "第3栋和第5座",
        "这里3号有货",
        "3 Wall Street analysts expect",
        "Top 10 Best Way to save",
        "A 5 Star Road trip",
        "2 Main Street brands",
        "$100 Park Avenue",
        "Street 12",
        "24 hours in line 3",
    ],
)
def test_near_misses(text: str) -> None:
    assert addresses(text) == []
