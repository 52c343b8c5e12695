"""An original server: hub, mesh or ecosystem, by the first argument. It knows nothing of Hubline."""
import json
import sys
import uuid
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KIND = sys.argv[1]
TYPES = {'AppRegistered', 'AgentHeartbeat', 'InteractionDetected', 'MetricReported', 'ErrorReported',
         'SecuritySignal', 'DeploySignal'}
taken, refused = [], []


def hub(path, body):
    assert path == '/api/v1/hub/events', path
    assert body['type'] in TYPES, body['type']
    assert set(body) <= {'type', 'source', 'occurred_at', 'payload', 'version'}, sorted(body)
    assert 0 < len(body['source']) <= 100 and isinstance(body['payload'], dict)
    datetime.fromisoformat(body['occurred_at'].replace('Z', '+00:00'))
    if body['type'] == 'MetricReported':
        assert isinstance(body['payload']['value'], (int, float)) and body['payload']['unit']
    if body['type'] == 'InteractionDetected':
        assert body['payload']['action']
    if body['type'] == 'ErrorReported':
        assert body['payload']['severity'] and body['payload']['message']
    taken.append(body)
    return 201, {'id': 'x', 'type': body['type']}


def mesh(path, body):
    assert path == '/api/v1/messagebus/publish', path
    assert body['priority'] in ('low', 'normal', 'high', 'critical')
    assert body['event_type'].count('.') >= 1 and body['source_service'] and isinstance(body['payload'], dict)
    datetime.fromisoformat(body['timestamp'].replace('Z', '+00:00'))
    if body['event_type'] == 'shop.accepted.only':
        return 202, {'message': 'this is no success'}
    taken.append(body)
    return 200, {'message': 'published'}


def ecosystem(path, body):
    assert path == '/events/batch' and isinstance(body, list), path
    for event in body:
        assert str(uuid.UUID(event['event_id'])) == event['event_id']
        assert event['severity'] in ('debug', 'info', 'warning', 'error', 'critical')
        assert event['source_system'] and isinstance(event['data'], dict) and isinstance(event['tags'], list)
    taken.extend(body)
    return 201, {'collected': len(body), 'failed': 0, 'status': 'batch_completed'}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/taken':
            return self.answer(200, {'taken': taken, 'refused': refused})
        if KIND == 'hub' and self.path == '/api/v1/hub/info':
            return self.answer(200, {'name': 'Hub', 'env': 'test', 'version': '1', 'uptime_seconds': 1, 'time': ''})
        self.answer(404, {})

    def do_POST(self):
        try:
            assert 'content-encoding' not in self.headers
            body = json.loads(self.rfile.read(int(self.headers['content-length'])))
            self.answer(*globals()[KIND](self.path, body))
        except Exception as error:
            refused.append(repr(error))
            self.answer(422, {'message': repr(error)})

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header('content-length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(f'listens on {server.server_port}', flush=True)
server.serve_forever()
