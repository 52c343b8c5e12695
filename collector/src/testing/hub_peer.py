"""A client of the hub that knows its contract alone: Python's standard library, one event per POST, pages by cursor."""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

URL, WRITER, READER = sys.argv[1:]


def call(path, token, body=None):
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def event(number, **changes):
    return {
        "type": "MetricReported",
        "source": "energyapp",
        "occurred_at": "2026-01-31T12:00:00+00:00",
        "payload": {"metric": "daily_messages", "value": number, "unit": "count", "period": "24h"},
        **changes,
    }


def pages(limit):
    cursor = None
    while True:
        query = {"since": "2026-01-01", "limit": limit, **({"cursor": cursor} if cursor else {})}
        status, page = call("/events?" + urllib.parse.urlencode(query), READER)
        assert status == 200, page
        yield page["data"]
        if not page["has_more"]:
            return
        cursor = page["next_cursor"]


sent = [call("/events", WRITER, event(number)) for number in range(23)]
read = list(pages(5))
print(
    json.dumps(
        {
            "sent": [[status, receipt["id"]] for status, receipt in sent],
            "pages": [len(page) for page in read],
            "read": [[each["id"], each["payload"]["value"]] for page in read for each in page],
            "future": call("/events", WRITER, event(0, occurred_at="2999-01-01T00:00:00Z")),
            "foreign": call("/events", WRITER, event(0, source="other")),
            "reading": call("/events", WRITER),
            "writing": call("/events", READER, event(0)),
            "info": call("/info", READER),
            "heartbeat": call("/heartbeat", READER),
            "sources": call("/sources", READER),
        }
    )
)
