"""Vietnamese; accents are folded before reading, so messages typed without them are read too."""

LABELS: dict[str, str] = {
    "buy": "mua|mua vào|lệnh mua|vào mua",
    "hint_buy": "canh mua",
    "sell": "bán ra|lệnh bán|vào bán|bán xuống",
    "hint_sell": "canh bán",
    "term": "dài hạn|ngắn hạn|mua bán",
    "entry": "điểm vào|giá vào|vào lệnh|giá vào lệnh|vùng vào|vào giá|giá mở|điểm vào lệnh",
    "entry+zone": "vùng mua|vùng bán|vùng giá|vùng",
    "more": "nhồi|nhồi thêm|thêm lệnh",
    "stop": "cắt lỗ|dừng lỗ|dừng lỗ tại|cắt lỗ tại|chặn lỗ",
    "target": "chốt lời|mục tiêu|chốt lãi|lợi nhuận mục tiêu|chốt lời tại",
    "market": "ngay|hiện tại|giá thị trường|giá hiện tại|bây giờ|luôn|thị trường",
    "limit": "lệnh chờ|chờ|giới hạn",
    "zone": "khoảng|từ|quanh",
    "leverage": "đòn bẩy",
    "skip": "khối lượng|lợi nhuận|hỗ trợ|kháng cự|tài khoản|vốn",
    "risk": "rủi ro",
    "none": "không sl|chưa đặt",
    "filler": ("lệnh|vàng|giá|tại|ở|đến|và|cho|với|anh em|ae|mọi người|tín hiệu|nhé|nha|cặp|vào|sau đó"),
    "buy+market": "mua ngay|mua luôn",
    "sell+market": "bán ngay|bán luôn",
    "percent": "phần trăm",
}

TALK: dict[str, str] = {
    "hit": (
        "đã chạm|chạm|khớp|đã khớp|lãi|đang lãi|đã chốt|dính|đã đạt|đạt|lời|thành công|về đích|kết quả|tổng kết"
        "|húp|ăn|full tp|đã đóng|đang dương|chúc mừng|hôm qua|ví dụ|cán tp|cán đích|dính sl|quét sl|sáng nay"
        "|hôm nay lãi|đã thoát"
    ),
    "cond": "nếu|khi|đợi|khi nào|có thể|trường hợp|canh|hoặc",
    "negation": "không|đừng|chưa|ko|k nên|không nên",
    "future": "sẽ|sắp|chuẩn bị|ngày mai|mai|lát nữa|tý nữa|hôm nay",
    "ask": "gì|sao|thế nào|bao nhiêu|ai|chưa ạ|được không|ạ",
}

ORDERS: dict[str, str] = {
    "close": (
        "đóng|đóng lệnh|cắt|cắt lệnh|thoát|thoát lệnh|đóng hết|chốt hết|chốt toàn bộ|đóng toàn bộ|chốt lệnh"
        "|chốt lời|thoát hàng|chốt|cắt hết|out|đóng tất cả|ra hàng"
    ),
    "part": "một phần|1 phần|bớt|một nửa lệnh|vài lệnh",
    "take_part": "chốt bớt|chốt một phần|chốt 1 phần|đóng một phần|chốt dần|đóng bớt|cắt bớt",
    "half": "một nửa|nửa|1/2|1 nửa",
    "all": "hết|tất cả|toàn bộ",
    "rest": "còn lại|phần còn lại",
    "hold": "giữ|gồng|hold",
    "move": "dời|rời|di chuyển|kéo|đặt|chỉnh|đổi|dịch|để|chuyển|sửa|nâng|hạ|cài|set",
    "stop": "cắt lỗ|dừng lỗ|stoploss",
    "target": "chốt lời|mục tiêu",
    "be": ("hòa|hòa vốn|điểm vào|giá vào|hoà vốn|hoà|về entry|điểm vào lệnh|entry|vốn|giá entry"),
    "risk_free": "sl về entry|sl hòa vốn|dời sl dương|sl về hòa",
    "cancel": "hủy|huỷ|xóa|xoá|bỏ|hủy lệnh|xóa lệnh|huỷ lệnh|xoá lệnh|bỏ lệnh",
    "pending": "lệnh|lệnh chờ|lệnh limit|kèo|tín hiệu",
    "modify": "chỉnh sửa|cập nhật|sửa lệnh|điều chỉnh",
    "reenter": "vào lại|vào lại lệnh|mua lại|bán lại|re entry",
    "trade": "lệnh|lệnh này|kèo|vàng|lệnh buy|lệnh sell",
    "filler": "về|lên|xuống|tại|ở|và|cho|các|anh em|ae|mình|nhé|nha|đi|luôn|giúp|này|em|bác|mọi người|giá",
    "percent": "phần trăm",
}
