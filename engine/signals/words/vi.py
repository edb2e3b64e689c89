"""Vietnamese; accents are folded before reading, so messages typed without them are read too."""

LABELS: dict[str, str] = {
    "buy": "mua|mua vào|lệnh mua|vào mua|long lệnh|mua lên|vào lệnh mua|vào lệnh buy|mở mua|mở lệnh mua",
    "hint_buy": "canh mua",
    "sell": "bán ra|lệnh bán|vào bán|bán xuống|vào lệnh bán|vào lệnh sell|mở bán|mở lệnh bán|bán khống",
    "hint_sell": "canh bán",
    "term": "dài hạn|ngắn hạn|mua bán",
    "entry": (
        "điểm vào|giá vào|vào lệnh|giá vào lệnh|vùng vào|vào giá|giá mở|điểm vào lệnh|giá mua|giá bán|mua tại|bán tại"
        "|mua vùng|bán vùng|vào tại|vào ở|vào quanh|mở tại|giá entry|khu vực vào"
    ),
    "entry+zone": (
        "vùng mua|vùng bán|vùng giá|vùng|vùng vào lệnh|vùng entry|khu vực mua|khu vực bán|vùng giá mua|vùng giá bán"
    ),
    "more": "nhồi|nhồi thêm|thêm lệnh",
    "stop": (
        "cắt lỗ|dừng lỗ|dừng lỗ tại|cắt lỗ tại|chặn lỗ|cắt lỗ ở|dừng lỗ ở|giá cắt lỗ|điểm cắt lỗ|mức cắt lỗ"
        "|điểm dừng lỗ|sl tại|sl ở|stop tại|cat lo"
    ),
    "target": (
        "chốt lời|mục tiêu|chốt lãi|lợi nhuận mục tiêu|chốt lời tại|mục tiêu 1|mục tiêu 2|chốt lời 1|chốt lời 2"
        "|điểm chốt lời|giá chốt lời|mức chốt lời|tp tại|tp ở|chốt 1|chốt 2|kỳ vọng|target tại"
    ),
    "market": (
        "ngay|hiện tại|giá thị trường|giá hiện tại|bây giờ|luôn|thị trường|theo thị trường|market luôn|ngay bây giờ"
        "|giá hiện hành|ngay giá này|tại giá này"
    ),
    "limit": "lệnh chờ|chờ|giới hạn",
    "zone": "khoảng|từ|quanh",
    "leverage": "đòn bẩy",
    "skip": "khối lượng|hỗ trợ|kháng cự|tài khoản|vốn|giá chạy|thời gian|tỷ lệ|tỉ lệ|vốn vào|quản lý vốn|khung",
    "outcome": "lợi nhuận",
    "risk": "rủi ro",
    "none": "không sl|chưa đặt",
    "filler": (
        "lệnh|vàng|giá|tại|ở|đến|và|cho|với|anh em|ae|mọi người|tín hiệu|nhé|nha|cặp|vào|sau đó|nhà mình|các bác|bác"
        "|em|anh|chị|ace|cả nhà|lệnh mới|kèo|kèo mới|theo|dưới|trên|là|có|một|loại lệnh|đồng"
    ),
    "buy+market": "mua ngay|mua luôn",
    "sell+market": "bán ngay|bán luôn",
    "percent": "phần trăm",
    "buy+limit": "mua limit|đặt mua|lệnh chờ mua|chờ mua|mua chờ",
    "sell+limit": "bán limit|đặt bán|lệnh chờ bán|chờ bán|bán chờ",
    "entry+market": "vào ngay|vào lệnh ngay|vào luôn|entry ngay|vào giá hiện tại|vào lệnh luôn|vào theo giá thị trường",
}

TALK: dict[str, str] = {
    "hit": (
        "đã chạm|chạm|khớp|đã khớp|lãi|đang lãi|đã chốt|dính|đã đạt|đạt|lời|thành công|về đích|kết quả|tổng kết|húp"
        "|ăn|full tp|đã đóng|đang dương|chúc mừng|hôm qua|ví dụ|cán tp|cán đích|dính sl|quét sl|sáng nay|hôm nay lãi"
        "|đã thoát|chạm tp|chạm sl|hit rồi|đã hit|ăn tp|thắng|thua|lãi to|bú|có lãi|chốt được|chốt lời rồi"
        "|tp thành công"
    ),
    "cond": (
        "nếu|khi|đợi|khi nào|có thể|trường hợp|canh|hoặc|chờ phản ứng|chờ xác nhận|quan sát|theo dõi|phá vỡ|nếu phá"
        "|có khả năng"
    ),
    "negation": "không|đừng|chưa|ko|k nên|không nên",
    "future": "sẽ|sắp|chuẩn bị|ngày mai|mai|lát nữa|tý nữa|hôm nay",
    "ask": "gì|sao|thế nào|bao nhiêu|ai|chưa ạ|được không|ạ",
}

ORDERS: dict[str, str] = {
    "close": (
        "đóng|đóng lệnh|cắt|cắt lệnh|thoát|thoát lệnh|đóng hết|chốt hết|chốt toàn bộ|đóng toàn bộ|chốt lệnh|chốt lời"
        "|thoát hàng|chốt|cắt hết|out|đóng tất cả|ra hàng|đóng ngay|thoát ngay|cắt ngay|ra lệnh|thoát hết|chốt luôn"
        "|đóng luôn|đóng lại|đóng tay|cắt luôn|thoát lệnh ngay"
    ),
    "part": "một phần|1 phần|bớt|một nửa lệnh|vài lệnh",
    "take_part": (
        "chốt bớt|chốt một phần|chốt 1 phần|đóng một phần|chốt dần|đóng bớt|cắt bớt|chốt non|chốt trước một phần"
        "|bớt vol|giảm vol|giảm khối lượng|chốt bớt lệnh"
    ),
    "half": "một nửa|nửa|1/2|1 nửa",
    "all": "hết|tất cả|toàn bộ",
    "rest": "còn lại|phần còn lại",
    "hold": "giữ|gồng|hold",
    "move": (
        "dời|rời|di chuyển|kéo|đặt|chỉnh|đổi|dịch|để|chuyển|sửa|nâng|hạ|cài|set|dời lên|rời lên|kéo lên|dời xuống"
        "|dời tới|nâng lên|thay đổi|cập nhật"
    ),
    "stop": "cắt lỗ|dừng lỗ|stoploss|sl",
    "target": "chốt lời|mục tiêu",
    "be": (
        "hòa|hòa vốn|điểm vào|giá vào|hoà vốn|hoà|về entry|điểm vào lệnh|entry|vốn|giá entry|điểm hòa vốn|giá mở"
        "|giá vào lệnh|điểm entry|về giá vào"
    ),
    "risk_free": (
        "sl về entry|sl hòa vốn|dời sl dương|sl về hòa|kéo sl về hòa|dời sl về hòa vốn|dời sl về entry"
        "|rời sl về entry|kéo sl về entry|dời sl hòa|sl dương|bảo toàn vốn"
    ),
    "cancel": (
        "hủy|huỷ|xóa|xoá|bỏ|hủy lệnh|xóa lệnh|huỷ lệnh|xoá lệnh|bỏ lệnh|hủy kèo|bỏ kèo|bỏ lệnh chờ|xóa lệnh chờ"
        "|hủy lệnh chờ"
    ),
    "pending": "lệnh|lệnh chờ|lệnh limit|kèo|tín hiệu|lệnh đặt|lệnh chờ mua|lệnh chờ bán|limit",
    "modify": "chỉnh sửa|cập nhật|sửa lệnh|điều chỉnh",
    "reenter": "vào lại|vào lại lệnh|mua lại|bán lại|re entry",
    "trade": "lệnh|lệnh này|kèo|vàng|lệnh buy|lệnh sell",
    "filler": "về|lên|xuống|tại|ở|và|cho|các|anh em|ae|mình|nhé|nha|đi|luôn|giúp|này|em|bác|mọi người|giá",
    "percent": "phần trăm",
    "take_part+half": "chốt một nửa|chốt 1 nửa|đóng một nửa|đóng 1 nửa|chốt nửa|đóng nửa|cắt một nửa|chốt 1/2|đóng 1/2",
}
