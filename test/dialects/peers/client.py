"""Somebody else's HTTP client: takes one request a line on stdin, as JSON, and prints what came of it."""
import json
import sys
import urllib.error
import urllib.request

for line in sys.stdin:
    asked = json.loads(line)
    headers = asked.get('headers', {})
    data = None
    if 'body' in asked:
        data = json.dumps(asked['body']).encode()
        headers = {'Content-Type': 'application/json', **headers}
    request = urllib.request.Request(asked['url'], data, headers, method=asked['method'])
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            status, text = response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    print(json.dumps({'status': status, 'text': text}), flush=True)
