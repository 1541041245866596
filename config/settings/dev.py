"""A developer's machine and the demo: keys are made up, everything else as in production."""

from __future__ import annotations

import os
from pathlib import Path

from niangjia.kit import postgres

ROOT = Path(__file__).resolve().parents[2]

os.environ.setdefault("DATABASE_URL", postgres.url(Path(os.environ.get("NIANGJIA_VAR", ROOT / "var")) / "pg"))
os.environ.setdefault("NIANGJIA_SECRET_KEY", "only-for-the-demo-and-for-developers-never-for-real-people")
os.environ.setdefault("NIANGJIA_FIELD_KEYS", "demo1:bmlhbmdqaWEtZGVtby1maWVsZC1rZXktMzItYnl0ZXM=")
os.environ.setdefault("NIANGJIA_SIGNING_KEY", "bmlhbmdqaWEtZGVtby1zaWduaW5nLXNlZWQtMzJieXQ=")

from config.settings.base import *  # noqa: E402, F403
