"""Answers as the bytes that travel."""

import json

from api.answer.encoding import Answer, answer_to_json


def json_text(answer: Answer) -> bytes:
    """The JSON rendition as a file or a server holds it."""
    return json.dumps(answer_to_json(answer), ensure_ascii=False).encode()
