"""What the sample shop says, in both languages."""

from datetime import date, datetime, timedelta, tzinfo

from domain.notices.kinds import KINDS
from locales import translator
from miniapp.pages.filling.papers import Custom, Lifetime, answers, keepings
from miniapp.pages.parts import EarnItem, EarnState, Friend, HistoryEntry, Keeping, MovementKind

_WAYS = (
    ("daily_login", "today", "calendar-check", 15, "", "Điểm danh hằng ngày", "Mỗi ngày một chạm", "Daily check-in", "One tap a day"),
    ("referrer_reward", "friends", "user-plus", 200, "/invite", "Mời bạn bè", "Mỗi bạn tham gia", "Invite friends", "For each friend who joins"),
    ("first_news_read", "once", "newspaper", 20, "/news", "Đọc tin đầu tiên", "Thực đơn mùa mưa đã lên kệ", "Read your first story", "The rainy-season menu is here"),
    ("first_product_share", "once", "send", 10, "/products", "Chia sẻ sản phẩm", "Gửi một món cho bạn bè", "Share a product", "Send a drink to a friend"),
    ("first_product_view", "once", "eye", 10, "/products", "Xem sản phẩm đầu tiên", "Ghé qua kệ hàng một lát", "Look at a product", "A short look at the shelf"),
    ("new_account_registration", "once", "user-round-check", 50, None, "Đăng ký thành viên", "Chào mừng bạn đến với Mộc", "Become a member", "Welcome to Mộc"),
)  # fmt: skip
_NEWS = (
    ("Thực đơn mùa mưa đã lên kệ", "Ba món ấm tay từ hạt Cầu Đất, cùng bánh chuối nướng mỗi chiều.", "The rainy-season menu is here", "Three hand-warmers from Cau Dat beans, and banana bread every afternoon.", "cloud-rain"),
    ("Từ nông trại đến ly cà phê", "Chúng tôi theo một bao cà phê từ đồi Cầu Đất về tới quầy pha.", "From the farm to your cup", "We followed one sack from the hills of Cau Dat to our counter.", "sprout"),
    ("Lớp pha phin cuối tuần", "Mỗi sáng thứ Bảy, sáu chỗ ngồi, một chiếc phin nhôm.", "Weekend phin class", "Every Saturday morning: six seats, one aluminium filter.", "coffee"),
    ("Quán mới ở Thảo Điền", "Sân sau có cây nhãn già và ổ điện ở mỗi bàn.", "A new shop in Thao Dien", "An old longan tree in the yard and a socket at every table.", "store"),
)  # fmt: skip
_PRODUCTS = (
    ("Cà phê sữa đá", "Iced milk coffee", 35_000, "coffee"),
    ("Bạc xỉu", "White coffee, Saigon style", 39_000, "milk"),
    ("Trà sen vàng", "Golden lotus tea", 49_000, "leaf"),
    ("Bánh chuối nướng", "Banana bread", 32_000, "cake-slice"),
    ("Hạt rang Cầu Đất 250 g, rang vừa", "Cau Dat beans, 250 g, medium roast", 185_000, "bean"),
    ("Cold brew cam sả", "Orange and lemongrass cold brew", 55_000, "cup-soda"),
)
_ARTICLE_VI = (
    "Mưa về, quán đổi thực đơn. Ba món mới đều pha từ hạt Cầu Đất rang vừa, vị hạnh nhân và mật ong, uống nóng là ngon nhất.",
    "Phin quế mật ong có mùi của những buổi chiều ở nhà ngoại. Chúng tôi ủ quế với mật hoa cà phê ba ngày trước khi pha, nên vị ngọt đến sau cùng và ở lại lâu.",
    "Trà sen vàng dùng sen Đồng Tháp, hạt còn bùi. Nếu bạn quen uống ít ngọt, hãy nói với bạn đứng quầy một tiếng: chúng tôi nhớ.",
    "Và mỗi chiều từ ba giờ, bánh chuối nướng ra lò. Ai đến sớm được miếng góc, giòn hơn một chút.",
)  # fmt: skip
_ARTICLE_EN = (
    "The rain is back and so is our warm menu. All three drinks use medium-roast beans from Cau Dat, almond and honey, best when hot.",
    "The cinnamon phin smells like an afternoon at grandmother's. We steep the cinnamon in coffee-blossom honey for three days, so the sweetness comes last and stays.",
    "Golden lotus tea is made with lotus from Dong Thap. If you like it less sweet, say so at the counter: we remember.",
    "And every afternoon at three, banana bread leaves the oven. Whoever is early gets a corner piece, a little crisper.",
)  # fmt: skip
_PRODUCT_VI = (
    "Hạt Cầu Đất rang vừa, pha phin chậm, sữa đặc vừa đủ. Vị đậm nhưng không gắt, hậu hạnh nhân.",
    "Uống ngay khi đá còn lạo xạo. Có thể đổi sang sữa yến mạch, không tính thêm.",
)
_PRODUCT_EN = (
    "Medium-roast Cau Dat, slow through the phin, just enough condensed milk. Strong but round, with almond at the end.",
    "Best while the ice still rattles. Oat milk instead, at no extra charge.",
)
_FRIENDS = (
    ("Phạm Thuỳ Dương", "completed", 2, 200, None, None),
    ("Đặng Mỹ Uyên", "pending", 1, 0, "chờ đến 24/07", "held until Jul 24"),
    ("Võ Tấn Phước", "joined", 0, 0, "chưa nhận điều khoản", "has not accepted the terms"),
    ("Lê Hoàng Khuê", "completed", 9, 200, None, None),
    ("Hồ Đức Thịnh", "cancelled", 12, 0, "đã là thành viên", "was a member already"),
    ("K.", "blocked", 15, 0, "vượt hạn mức ngày", "above the daily limit"),
)
_ENTRIES: tuple[tuple[MovementKind, str, str, str | None, str | None, int, int], ...] = (
    ("earned", "Điểm danh hằng ngày", "Daily check-in", None, None, 15, 0),
    ("earned", "Thưởng người giới thiệu", "Referrer reward", "Phạm Thuỳ Dương", "Phạm Thuỳ Dương", 200, 2),
    ("redeemed", "Đổi quà", "Gift redemption", "Bạc xỉu size L", "White coffee, large", -500, 3),
    ("reimbursed", "Hoàn điểm đổi quà", "Gift refunded", "Hết hàng tại quầy", "Sold out at the counter", 500, 3),
    ("expired", "Điểm hết hạn", "Points expired", "Lô ngày 10/07/2025", "Batch of Jul 10, 2025", -320, 9),
    ("reversed", "Thu hồi điểm mua hàng", "Earning reversed", "Đơn 90311 đã trả", "Order 90311 returned", -45, 12),
    ("earned", "Đọc tin lần đầu", "First news read", None, None, 20, 13),
    ("earned", "Đăng ký thành viên", "Registration", None, None, 50, 20),
)  # fmt: skip


class Tongue:
    """Fills samples with words of one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._english = locale == "en"
        self._say = translator(locale)

    def ways(
        self, state: EarnState | None = None, until: datetime | None = None
    ) -> tuple[EarnItem, ...]:
        return tuple(
            EarnItem(
                action=action,
                title=en if self._english else vi,
                detail=en_detail if self._english else vi_detail,
                icon=icon,
                points=points,
                group=group,  # type: ignore[arg-type]
                state=state or ("done" if href is None else "available"),
                href=href,
                until=until,
            )
            for action, group, icon, points, href, vi, vi_detail, en, en_detail in _WAYS
        )

    def news(self) -> list[tuple[str, str, str]]:
        return [
            (en, en_summary, icon) if self._english else (vi, vi_summary, icon)
            for vi, vi_summary, en, en_summary, icon in _NEWS
        ]

    def products(self) -> list[tuple[str, int, str]]:
        return [(en if self._english else vi, price, icon) for vi, en, price, icon in _PRODUCTS]

    def categories(self) -> tuple[str, ...]:
        if self._english:
            return ("Coffee", "Tea", "Bakery", "Beans to take home")
        return ("Cà phê", "Trà", "Bánh", "Hạt mang về")

    def article(self) -> tuple[str, ...]:
        return _ARTICLE_EN if self._english else _ARTICLE_VI

    def product(self) -> tuple[str, ...]:
        return _PRODUCT_EN if self._english else _PRODUCT_VI

    def friends(self) -> tuple[Friend, ...]:
        return tuple(
            Friend(
                name=name,
                status=status,  # type: ignore[arg-type]
                on=date(2026, 7, 10) - timedelta(days=ago),
                points=points,
                reason=en if self._english else vi,
            )
            for name, status, ago, points, vi, en in _FRIENDS
        )

    def entries(self, zone: tzinfo) -> tuple[HistoryEntry, ...]:
        made, balance = [], 12_480
        for n, (kind, vi, en, vi_reason, en_reason, amount, ago) in enumerate(_ENTRIES):
            at = datetime(2026, 7, 10, 9, 12, tzinfo=zone) - timedelta(days=ago, minutes=47 * n)
            made.append(
                HistoryEntry(
                    id=str(n),
                    kind=kind,
                    title=en if self._english else vi,
                    reason=en_reason if self._english else vi_reason,
                    amount=amount,
                    balance_after=balance,
                    at=at,
                )
            )
            balance -= amount
        return tuple(made)

    def explained(self, zone: tzinfo) -> tuple[HistoryEntry, HistoryEntry, HistoryEntry]:
        """An earning, a spend and what gave it back."""
        entries = self.entries(zone)
        kinds = ("earned", "redeemed", "reimbursed")
        earned, spent, back = (
            next(entry for entry in entries if entry.kind == kind) for kind in kinds
        )
        return earned, spent, back

    def why(self) -> tuple[str, ...]:
        if self._english:
            return ("By version 2 of the rule: 15 points.", "Day 4 of your streak.")
        return ("Theo quy tắc phiên bản 2: 15 điểm.", "Ngày thứ 4 liên tiếp của bạn.")

    def notices(self) -> list[str]:
        return [self._say.text(kind.label) for kind in KINDS.values()]

    def leaving(self) -> str:
        return "LEAVE" if self._english else "RỜI ĐI"

    def keepings(self) -> tuple[Keeping, ...]:
        return keepings(self._say, updates_days=30, decisions_days=400)

    def answers(self) -> tuple[tuple[str, str], ...]:
        return answers(
            Custom(
                currency="VND",
                worth=1_000,
                lifetimes=frozenset({Lifetime(kind="months", count=12)}),
                checks_in=True,
                invites=True,
                hold_days=7,
                may_owe=True,
            ),
            self._say,
        )
