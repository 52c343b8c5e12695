"""A client of the hub as its users have written them: one event per POST, with httpx, configured by HUB_* variables."""

import os
from datetime import datetime, timezone

import httpx


def send(event_type, payload):
    response = httpx.post(
        f"{os.environ['HUB_API_URL']}/events",
        headers={"Authorization": f"Bearer {os.environ['HUB_API_TOKEN']}", "Content-Type": "application/json"},
        json={
            "type": event_type,
            "source": os.environ["HUB_SOURCE"],
            "occurred_at": datetime.now(timezone.utc).isoformat(),
            "payload": payload,
        },
        timeout=5.0,
    )
    response.raise_for_status()
    print(response.status_code, response.json()["id"])


send("AppRegistered", {"version": "2.1.0", "env": "production"})
send("AgentHeartbeat", {"status": "healthy"})
send("InteractionDetected", {"action": "conversation_created", "conversation_id": 7, "role": "user"})
send("MetricReported", {"metric": "daily_messages", "value": 12.5, "unit": "count", "period": "24h"})
send("ErrorReported", {"severity": "error", "message": "ünïcode ✅", "trace": "Traceback …"})
