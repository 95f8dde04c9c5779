"""The keyboard map: the access keys of the frame, and what every browser does anyway."""

from __future__ import annotations

from typing import Final

KEYS: Final = (
    ("0", "回到首页"),
    ("1 – 4", "打开第几个工作台（导航中的次序）"),
    ("s", "到本页的查找框"),
    ("m", "到正文"),
    ("d", "大字显示，再按一次恢复"),
    ("k", "本页：键盘操作"),
    ("Tab、Shift+Tab", "到下一个、上一个链接或者输入框"),
    ("Enter", "打开链接、提交表单"),
    ("空格", "勾选、展开折叠的内容"),
    ("Ctrl+P", "打印本页；任务单、决定书等有专门的打印格式"),
)
"""Key, and what it does."""
