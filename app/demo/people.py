"""Names of invented customers, as they are common in Vietnam."""

from random import Random

_SURNAMES = ("Nguyễn",) * 8 + ("Trần",) * 4 + ("Lê",) * 3 + ("Phạm",) * 2
_RARER = ("Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_WOMEN = (
    "Ngọc Ánh", "Thu Hà", "Mai Linh", "Thanh Thảo", "Bảo Châu", "Khánh Vy", "Phương Anh",
    "Quỳnh Như", "Diễm My", "Thùy Dương", "Hồng Nhung", "Minh Thư", "Tường Vi", "Kim Ngân",
    "Hải Yến", "Cẩm Tú", "Lan Chi", "Gia Hân", "Bích Trâm", "Yến Nhi", "Thị Hoa", "Mỹ Duyên",
)  # fmt: skip
_MEN = (
    "Minh Quân", "Đức Anh", "Hoàng Nam", "Gia Bảo", "Quốc Huy", "Tuấn Kiệt", "Nhật Minh",
    "Văn Đạt", "Thành Long", "Hữu Phước", "Đình Khôi", "Công Vinh", "Trọng Nghĩa", "Anh Tuấn",
    "Khải Hoàn", "Bá Lộc", "Xuân Trường", "Việt Hoàng", "Thế Sơn", "Ngọc Lâm", "Phúc Thịnh",
)  # fmt: skip


def invent_name(dice: Random) -> str:
    """Return a full name, surname first."""
    surname = dice.choice((*_SURNAMES, *_RARER))
    return f"{surname} {dice.choice(_WOMEN if dice.random() < 0.55 else _MEN)}"
