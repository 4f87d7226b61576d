from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from domain.errors import Refusal
from miniapp.auth.init_data import Expired, InvalidInitData, verified
from tests.miniapp.signing import (
    AN,
    LAUNCHED,
    TOKEN,
    hash_of,
    init_data,
    query,
    signature_of,
    signed,
)

NOW = datetime.fromtimestamp(LAUNCHED, UTC)
# The two strings that the platform notes give in full.
TG_01 = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22An%22%2C"
    "%22last_name%22%3A%22Tran%22%2C%22username%22%3A%22antran%22%2C%22language_code%22%3A%22vi%22%2C"
    "%22allows_write_to_pm%22%3Atrue%7D&auth_date=1790000000"
    "&hash=b803266967ba69f606f4ce67d77b7bbad2759fe5016f3912a4d04b702db5318e"
)
TG_03 = (
    "user=%7B%22id%22%3A5512345678901%2C%22first_name%22%3A%22Nguy%E1%BB%85n%20V%C4%83n%20%C4%90%E1%BA%A1t"
    "%20%F0%9F%A7%A7%22%2C%22last_name%22%3A%22A%2BB%20%26%20C%3DD%20%5C%22q%5C%22%22%2C"
    "%22language_code%22%3A%22vi%22%2C%22is_premium%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2F"
    "t.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D"
    "&chat_instance=-8134722200314281151&chat_type=private&start_param=r_7Qk-2_x&auth_date=1790000000"
    "&signature=L3oJ0BoEecjt0JSzou0ZdpUZm_8dobIYnYp1vlU3pI4zrneP_PVxfXonQ1tZ47gCVGqYLWoSN2u2Y-hRlWftBA"
    "&hash=f52ff52a0e2ad827a30bdee19d1695b77823be35a74d54b0b1a6048be5f886d0"
)
DAT = '{"id":5512345678901,"first_name":"Nguyễn Đạt 🧧","photo_url":"https:\\/\\/t.me\\/i\\/x.svg"}'
FIELDS = {"user": AN, "auth_date": str(LAUNCHED)}
GENUINE = init_data()
HASH = hash_of(FIELDS)


def test_published_launch_of_a_menu_button_is_accepted() -> None:
    user = verified(TG_01, TOKEN, now=NOW)

    assert (user.id, user.name, user.language) == (279058397, "An Tran", "vi")
    assert (user.proved_at, user.start_param) == (NOW, None)


def test_published_launch_of_an_invite_link_is_accepted() -> None:
    user = verified(TG_03, TOKEN, now=NOW)

    assert (user.id, user.name) == (5512345678901, 'Nguyễn Văn Đạt 🧧 A+B & C=D "q"')
    assert user.start_param == "r_7Qk-2_x"


@pytest.mark.parametrize(
    ("_case", "string"),
    [
        ("01 basic", GENUINE),
        ("02 unicode and escaped slashes", init_data(user=DAT)),
        ("03 signature is a field of the hash", signed(**FIELDS, signature=signature_of(FIELDS))),
        ("09 plus for space", signed(**FIELDS, chat_title="a b").replace("a%20b", "a+b")),
        ("11 a signed field may be blank", signed(**FIELDS, start_param="")),
        ("fields of the future are hashed too", signed(**FIELDS, chat_join_request_query_id="7")),
        ("24 h old to the second", init_data(at=LAUNCHED - 86_400)),
        ("a clock 60 s behind Telegram's", init_data(at=LAUNCHED + 60)),
        ("the largest id", init_data(user='{"id":9223372036854775807}')),
    ],
)
def test_genuine_launch_is_accepted(_case: str, string: str) -> None:
    assert verified(string, TOKEN, now=NOW).id > 0


SIGNATURE = signature_of(FIELDS)
# One byte of the signed text moves from one field's name or value into another's.
HIDDEN_IN_KEY = {"aaa=1\nauth_date": str(LAUNCHED), "user": AN}
HIDDEN_DATE = {f"auth_date={LAUNCHED}\nquery_id": "AAH", "user": AN}
HIDDEN_START = FIELDS | {"signature": f"{SIGNATURE}\nstart_param=r_evil"}


@pytest.mark.parametrize(
    ("_case", "string"),
    [
        (
            "04 hash made without the signature",
            query(FIELDS | {"signature": SIGNATURE, "hash": HASH}),
        ),
        ("05 tampered", GENUINE.replace("279058397", "279058398")),
        ("06 of another bot", init_data("7000000002:AAF-another-token")),
        ("07 no hash", query(FIELDS)),
        ("only an Ed25519 signature", query(FIELDS | {"signature": SIGNATURE})),
        ("08 encoded twice", quote(GENUINE)),
        ("08 values encoded twice", init_data(user=quote(AN))),
        ("10 hash in upper case", GENUINE.replace(HASH, HASH.upper())),
        ("hash too short", GENUINE[:-1]),
        ("hash with a line break", f"{GENUINE}%0A"),
        ("hash given twice", f"{GENUINE}&hash={HASH}"),
        ("hash given twice, genuine last", f"hash={'0' * 64}&{GENUINE}"),
        ("hash of full-width digits", GENUINE.replace(HASH, quote("０" * 64))),
        ("16 hash é", query(FIELDS | {"hash": "é"})),
        ("16 hash é as it is", f"{query(FIELDS)}&hash=é"),
        ("16 hash of broken UTF-8", f"{query(FIELDS)}&hash=%ff%fe"),
        ("16 surrogates as a header brings them", f"{GENUINE}\udcff"),
        ("17 a field hidden in a key", signed(**HIDDEN_IN_KEY)),
        ("17 auth_date hidden in a key", signed(**HIDDEN_DATE)),
        ("18 start_param hidden in the signature", signed(**HIDDEN_START)),
        ("19 a second user after the genuine", f"{GENUINE}&user=%7B%22id%22%3A1%7D"),
        ("20 a forged user before the genuine", f"user=%7B%22id%22%3A1%7D&{GENUINE}"),
        ("a key doubled by its encoding", f"{GENUINE}&%75ser=%7B%22id%22%3A1%7D"),
        ("21 empty", ""),
        ("a field without =", f"{GENUINE}&x"),
        ("very many fields", GENUINE + "&a=" * 10_000),
        ("22 no user", signed(auth_date=str(LAUNCHED))),
        ("user is no JSON", init_data(user="{")),
        ("user is a list", init_data(user="[1]")),
        ("no id", init_data(user="{}")),
        ("id is text", init_data(user='{"id":"279058397"}')),
        ("id is true", init_data(user='{"id":true}')),
        ("id is 1.0", init_data(user='{"id":1.0}')),
        ("id is NaN", init_data(user='{"id":NaN}')),
        ("id is 0", init_data(user='{"id":0}')),
        ("id is negative", init_data(user='{"id":-1}')),
        ("id is 2^63", init_data(user='{"id":9223372036854775808}')),
    ],
)
def test_what_telegram_did_not_say_is_refused(_case: str, string: str) -> None:
    with pytest.raises(InvalidInitData):
        verified(string, TOKEN, now=NOW)


@pytest.mark.parametrize(
    ("_case", "string"),
    [
        ("12 a year ahead", init_data(at=LAUNCHED + 31_536_000)),
        ("61 s ahead", init_data(at=LAUNCHED + 61)),
        ("13 25 h old", init_data(at=LAUNCHED - 90_000)),
        ("24 h and 1 s old", init_data(at=LAUNCHED - 86_401)),
        ("14 text", signed(user=AN, auth_date="yesterday")),
        ("15 absent", signed(user=AN)),
        ("a fraction", signed(user=AN, auth_date="1790000000.0")),
        ("full-width digits", signed(user=AN, auth_date="１７９０００００００")),
        ("with spaces", signed(user=AN, auth_date=" 1790000000")),
        ("with underscores", signed(user=AN, auth_date="1_790_000_000")),
        ("with a sign", signed(user=AN, auth_date="+1790000000")),
        ("5,000 digits", signed(user=AN, auth_date="9" * 5_000)),
    ],
)
def test_launch_that_is_not_of_today_has_expired(_case: str, string: str) -> None:
    with pytest.raises(Expired):
        verified(string, TOKEN, now=NOW)


def test_age_counts_to_the_instant() -> None:
    verified(GENUINE, TOKEN, now=NOW + timedelta(hours=24))

    with pytest.raises(Expired):
        verified(GENUINE, TOKEN, now=NOW + timedelta(hours=24, milliseconds=1))


@pytest.mark.parametrize("position", range(0, len(GENUINE), 7))
def test_no_byte_can_be_changed(position: int) -> None:
    other = "A" if GENUINE[position] != "A" else "B"

    with pytest.raises(Refusal):
        verified(GENUINE[:position] + other + GENUINE[position + 1 :], TOKEN, now=NOW)
