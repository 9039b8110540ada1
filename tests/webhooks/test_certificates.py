"""The certificate must be that of the name, though the connection goes to an address."""

import datetime
import ipaddress
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cx_feedback.webhooks.models import Attempt
from cx_feedback.webhooks.transport.pinned_connection import post_message
from tests.webhooks.test_addresses import resolve_to

pytestmark = pytest.mark.django_db
NAME = "hooks.example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """The path of a certificate of ``NAME``, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("192.0.2.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.fixture
def server(certificate):
    """A server on this machine with the certificate; it keeps the names that it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.headers["Host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.socket = context.wrap_socket(made.socket, server_side=True)
        made.asked = asked
        threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def allowed(settings, monkeypatch):
    """Let every name stand for this machine, and allow it."""
    resolve_to(monkeypatch, ["127.0.0.1"])
    more = {"WEBHOOKS_ALLOWED_HOSTS": ["127.0.0.1"]}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, **more}


@pytest.fixture
def trusted(monkeypatch, certificate):
    """Trust the certificate as one of an authority."""
    monkeypatch.setenv("SSL_CERT_FILE", certificate)


def post(server, host):
    return post_message(f"https://{host}:{server.server_port}/hook?a=1", b"{}", {})


def test_the_name_is_asked_for_and_its_certificate_taken(server, allowed, trusted):
    result = post(server, NAME)
    assert (result.status, result.error) == (204, "")
    assert server.asked == [f"{NAME}:{server.server_port}"]


def test_the_certificate_of_another_name_is_refused(server, allowed, trusted):
    assert post(server, "other.example.com").error == Attempt.Error.CERTIFICATE
    assert post(server, "127.0.0.1").error == Attempt.Error.CERTIFICATE
    assert server.asked == []


def test_a_certificate_of_no_authority_is_refused(server, allowed):
    assert post(server, NAME).error == Attempt.Error.CERTIFICATE
    assert server.asked == []


@pytest.mark.parametrize(
    ("port", "asked"), [(443, NAME), (80, f"{NAME}:80"), (8443, f"{NAME}:8443")]
)
def test_the_host_header_names_other_ports_than_that_of_https(
    server, allowed, trusted, monkeypatch, port, asked
):
    connect = socket.socket.connect

    def connect_to_server(self, address):
        connect(self, ("127.0.0.1", server.server_port))

    monkeypatch.setattr(socket.socket, "connect", connect_to_server)
    assert post_message(f"https://{NAME}:{port}/hook", b"{}", {}).status == 204
    assert server.asked == [asked]
