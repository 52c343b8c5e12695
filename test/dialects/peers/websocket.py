"""A WebSocket client by hand (RFC 6455): prints each message as a line. On the line "pause" it reads no more until "go"."""
import base64
import hashlib
import json
import os
import socket
import struct
import sys
import threading
from urllib.parse import urlsplit

url = urlsplit(sys.argv[1])
headers = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
reading = threading.Event()
reading.set()


def commands():
    for line in sys.stdin:
        if line.strip() == 'pause':
            reading.clear()
            print('paused', flush=True)
        else:
            reading.set()
    os._exit(0)


def exactly(stream, count):
    data = b''
    while len(data) < count:
        more = stream.read(count - len(data))
        if not more:
            print('cut off', flush=True)
            os._exit(0)
        data += more
    return data


def send(opcode, payload):
    mask = os.urandom(4)
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    connection.sendall(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)


connection = socket.socket()
connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
connection.connect((url.hostname, url.port))
key = base64.b64encode(os.urandom(16)).decode()
lines = [
    f'GET {url.path}?{url.query} HTTP/1.1', f'Host: {url.netloc}', 'Upgrade: websocket', 'Connection: Upgrade',
    f'Sec-WebSocket-Key: {key}', 'Sec-WebSocket-Version: 13', *(f'{name}: {value}' for name, value in headers.items()),
]
connection.sendall(('\r\n'.join(lines) + '\r\n\r\n').encode())
stream = connection.makefile('rb')
status = int(stream.readline().split()[1])
answer = {}
while (line := stream.readline().decode().strip()):
    name, value = line.split(': ', 1)
    answer[name.lower()] = value
if status != 101:
    print(f'refused {status}', stream.read(int(answer.get('content-length', 0))).decode(), flush=True)
    assert stream.read() == b'', 'the connection is closed after a refusal'
    sys.exit(0)
expected = hashlib.sha1((key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').encode()).digest()
assert answer['sec-websocket-accept'] == base64.b64encode(expected).decode()
threading.Thread(target=commands, daemon=True).start()
print('open', flush=True)
while True:
    reading.wait()
    first, second = exactly(stream, 2)
    length = second & 127
    if length == 126:
        length, = struct.unpack('>H', exactly(stream, 2))
    elif length == 127:
        length, = struct.unpack('>Q', exactly(stream, 8))
    payload = exactly(stream, length)
    opcode = first & 15
    if opcode == 1:
        print(payload.decode(), flush=True)
    elif opcode == 9:
        send(10, payload)
    elif opcode == 8:
        print('closed', struct.unpack('>H', payload[:2])[0] if payload else 1005, flush=True)
        send(8, payload)
        sys.exit(0)
