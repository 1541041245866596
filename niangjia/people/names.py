"""Sorting Chinese names: pinyin of the whole name, surnames read as surnames."""

from __future__ import annotations

from pypinyin import lazy_pinyin

# zh: surnames that pinyin tables read by their commoner sound
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "任": "ren", "盖": "ge", "华": "hua",
    "尉": "yu", "朴": "piao", "缪": "miao", "翟": "zhai", "覃": "qin", "秘": "bi", "召": "shao", "乐": "yue",
    "燕": "yan", "尹": "yin", "洗": "xian", "折": "she", "黑": "he", "繁": "po", "员": "yun", "逄": "pang", "郗": "xi",
    "葛": "ge", "万": "wan", "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "澹台": "tantai", "令狐": "linghu",
}  # fmt: skip


def sort_key(name: str) -> str:
    """The key under which a name stands in a list."""
    for length in (2, 1):
        read = SURNAMES.get(name[:length])
        if read:
            return " ".join([read, *lazy_pinyin(name[length:])])[:128]
    return " ".join(lazy_pinyin(name))[:128]
