"""A service with GET /health. Prints its port; a line of JSON on stdin changes its ways: {"status": 500, "delay": 0.2}."""
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ways = {'status': 200, 'delay': 0, 'version': '1.0.0', 'calls': 0}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        ways['calls'] += 1
        time.sleep(ways['delay'])
        body = {'status': 'healthy', 'timestamp': time.time(), 'service': 'billing', 'version': ways['version']}
        text = json.dumps(body).encode()
        self.send_response(ways['status'] if self.path == '/health' else 404)
        self.send_header('Location', '/health')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
for line in sys.stdin:
    ways.update(json.loads(line))
    print(json.dumps(ways), flush=True)
