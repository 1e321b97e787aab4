"""Nothing in → a word that nobody has written before, and the digest that holds it. Pure but for chance."""

import random
import string

from shared.kafka import canary

LETTERS = 16
"""26 to the power of 16: no word comes twice, and none stands in people's digests."""


def word() -> str:
    """Return a made-up word of letters a to z, which is searched for as a whole."""
    return "".join(random.choices(string.ascii_lowercase, k=LETTERS))


def digest(made_up: str) -> dict[str, str]:
    """Return the JSON body for ingest: always the same digest, with another text each time."""
    text = (
        "一、监测服务送出一份探针简报\n"
        f"监测服务送出一份探针简报，编号 {made_up}，用来核对接收、加工、入库与检索各环节是否畅通。\n\n"
        "二、探针简报不参与检索\n"
        "探针简报存放在单独的索引里，检索、统计与导出都不包含它，读者不会看到。\n"
    )
    return {"source": canary.SOURCE, "external_id": canary.EXTERNAL_ID, "title": "探针简报", "text": text}
