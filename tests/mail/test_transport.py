"""What each answer of a server means for a message, by Django's SMTP backend and by ours."""

import socketserver
import threading

import pytest

from cx_feedback.mail.messages.delivery_result import DeliveryStatus
from cx_feedback.mail.messages.transport import Transport
from tests.mail.test_mime import outgoing

DJANGOS = "django.core.mail.backends.smtp.EmailBackend"
OURS = "cx_feedback.mail.backends.smtp.EmailBackend"
GOOD = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "text": "250 taken"}


class Server(socketserver.ThreadingTCPServer):
    """Answers as ``says`` has it, after EHLO; ``ends_after`` hangs up, once, after a step."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.says = dict(GOOD)
        #: Of the first of each, and of the second.
        self.says_once = {}
        self.says_second = {}
        #: Of RCPT, by the beginning of the address.
        self.says_to = {}
        self.extensions = ["PIPELINING", "SIZE 1000000"]
        self.ends_after = self.always_ends_after = ""
        self.texts = []
        self.heard = []
        self.together = []
        self.sessions = 0

    def handle_error(self, request, client_address):
        """Say nothing of clients that left: the tests see what became of the message."""


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def handle(self):
        self.server.sessions += 1
        self.say("220 hello")
        while line := self.rfile.readline():
            verb = line[:4].decode().strip().upper()
            self.server.heard.append(verb)
            if verb == "EHLO":
                said = ["me", *self.server.extensions]
                self.say(*(f"250-{word}" for word in said[:-1]), f"250 {said[-1]}")
                continue
            if verb == "MAIL":
                self.server.together.append(b"DATA" in self.waiting())
            # Before the answer is out: who hears it may be back at once.
            reply, ends = self.answer_to(line) or self.answer(verb), self.ends(verb)
            self.say(reply)
            if verb == "QUIT" or ends:
                return
            if reply.startswith("354"):
                text = self.read_text()
                if text is None:
                    return
                self.server.texts.append(text)
                if self.ends("text"):
                    return
                self.say(self.answer("text"))

    def answer_to(self, line):
        """Return what is said to an address. The text for nobody that may follow is not kept."""
        for address, reply in self.server.says_to.items():
            if line.lower().startswith(f"rcpt to:<{address}".encode()):
                return reply
        return None

    def answer(self, step):
        server = self.server
        usual = server.says_once.pop(step, None) or server.says.get(step, "250 fine")
        if step in server.says_second:
            server.says_once[step] = server.says_second.pop(step)
        return usual

    def waiting(self):
        """Return what came already and was not read."""
        self.connection.setblocking(False)
        found = self.rfile.peek()
        self.connection.setblocking(True)
        return found

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def ends(self, step):
        if self.server.always_ends_after == step:
            return True
        if self.server.ends_after != step:
            return False
        self.server.ends_after = ""
        self.server.says |= GOOD
        return True

    def read_text(self):
        """Return a text without the dots that were added; nothing for one that breaks off."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)


@pytest.fixture
def server(backend, settings):
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.EMAIL_BACKEND = backend
        settings.EMAIL_HOST, settings.EMAIL_PORT = made.server_address
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture(params=[DJANGOS, OURS], ids=["django", "ours"])
def backend(request):
    return request.param


only_ours = pytest.mark.parametrize("backend", [OURS])
only_djangos = pytest.mark.parametrize("backend", [DJANGOS])


def send(*emails):
    """Send them as a run does and return their results."""
    emails = emails or (outgoing(),)
    with Transport() as transport:
        left = emails
        while left:
            transport.send(left if transport.takes_batches else left[:1])
            left = [email for email in left if email.delivery_result is None]
    return [email.delivery_result for email in emails]


def three():
    return [outgoing(name=name, to=f"{name}@example.org") for name in ("ana", "eva", "zoe")]


def statuses(results):
    return [result.status.name for result in results]


@only_ours
def test_commands_go_out_together_where_the_server_takes_them_so(server):
    assert statuses(send(*three())) == ["SENT"] * 3
    assert server.together == [True] * 3
    assert server.heard == ["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]
    assert [
        f"To: {name}@example.org".encode() in text
        for name, text in zip(("ana", "eva", "zoe"), server.texts, strict=True)
    ] == [True] * 3


@only_ours
def test_one_after_the_other_where_it_does_not(server):
    server.extensions = ["8BITMIME"]
    assert statuses(send(*three())) == ["SENT"] * 3
    assert server.together == [False] * 3


def test_a_text_that_is_refused_leaves_the_next_message_as_it_is(server, backend):
    server.says_once["text"] = "554 spam"
    assert statuses(send(*three())) == ["REFUSED", "SENT", "SENT"]
    assert server.sessions == 1
    # With PIPELINING it would undo what was said of the next message.
    assert ("RSET" in server.heard) is (backend == DJANGOS)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_command_that_went_out_before_its_turn_may_be_refused(server, command):
    server.says_second[command] = "451 not now"
    refused = "SENDER_REFUSED" if command == "MAIL" else "DEFERRED"
    assert statuses(send(*three())) == ["SENT", refused, "SENT"]
    assert server.sessions == 1


def test_a_session_that_ends_after_a_text_ends_for_the_next_message_too(server):
    server.ends_after = "text"
    assert statuses(send(*three())) == ["IN_DOUBT", "SENT", "SENT"]
    assert server.sessions == 2


def test_421_for_a_text_is_no_doubt(server, backend):
    server.says_once["text"], server.ends_after = "421 closing", "QUIT"
    # Ours knows that it was the text, not the connection.
    first = "DEFERRED" if backend == OURS else "SENT"
    assert statuses(send(*three())) == [first, "SENT", "SENT"]
    assert server.sessions == 2


def test_a_message_that_cannot_be_encoded_holds_up_no_other(server):
    ana, _eva, zoe = three()
    eva = outgoing(text="Hi {name}", name="\ud800", to="eva@example.org")
    assert statuses(send(ana, eva, zoe)) == ["SENT", "REFUSED", "SENT"]
    assert [b"To: eva" in text for text in server.texts] == [False] * 2


@pytest.mark.parametrize("extensions", [["PIPELINING"], ["8BITMIME"]])
def test_lines_that_begin_with_a_dot_arrive_as_they_are(server, extensions):
    server.extensions = extensions
    message = outgoing(text="One\n.two\n..three\n.\nfour {name}\n.five", html="<p>\n.six</p>")
    assert send(message)[0].status is DeliveryStatus.SENT
    assert b"\r\n.two\r\n..three\r\n" in server.texts[0]
    assert b"\r\n.six</p>" in server.texts[0]


@pytest.mark.parametrize(
    ("says", "status", "error"),
    [
        (
            {"MAIL": "451 not now", "RCPT": "503 no", "DATA": "503 no"},
            DeliveryStatus.SENDER_REFUSED,
            "SenderRefused",
        ),
        (
            {"MAIL": "550 who?", "RCPT": "503 no", "DATA": "503 no"},
            DeliveryStatus.SENDER_REFUSED,
            "SenderRefused",
        ),
        (
            {"RCPT": "550 unknown", "DATA": "554 nobody"},
            DeliveryStatus.REFUSED,
            "RecipientsRefused",
        ),
        ({"RCPT": "451 busy", "DATA": "503 nobody"}, DeliveryStatus.DEFERRED, "RecipientsRefused"),
        ({"DATA": "451 not now"}, DeliveryStatus.DEFERRED, "DataError"),
        ({"DATA": "554 never"}, DeliveryStatus.REFUSED, "DataError"),
        ({"text": "554 spam"}, DeliveryStatus.REFUSED, "DataError"),
        ({"text": "452 full"}, DeliveryStatus.DEFERRED, "DataError"),
    ],
)
@pytest.mark.parametrize("extensions", [["PIPELINING"], ["8BITMIME"]])
def test_what_an_answer_means_and_that_the_next_message_goes(
    server, backend, extensions, says, status, error
):
    server.extensions = extensions
    with Transport() as transport:
        server.says |= says
        first, second = outgoing(), outgoing()
        transport.send([first])
        assert first.delivery_result.status is status
        assert error in first.delivery_result.error
        server.says |= GOOD
        transport.send([second])
        assert second.delivery_result.status is DeliveryStatus.SENT
    assert server.sessions == 1
    assert backend == DJANGOS or server.heard.count("RSET") == 1


@only_ours
def test_a_server_that_wants_a_text_for_nobody_gets_an_empty_one(server):
    server.says_once["RCPT"] = "550 unknown"
    assert statuses(send(*three())) == ["REFUSED", "SENT", "SENT"]
    assert server.texts[0] == b""
    assert server.sessions == 1


@pytest.mark.parametrize("extensions", [["PIPELINING"], ["8BITMIME"]])
@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_421_before_the_text_opens_another_session(server, extensions, step):
    server.extensions = extensions
    server.says[step], server.ends_after = "421 enough for one session", step
    assert send()[0].status is DeliveryStatus.SENT
    assert (server.sessions, len(server.texts)) == (2, 1)


@only_ours
@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_connection_that_is_lost_before_the_text_is_opened_again(server, step):
    server.ends_after = step
    assert send()[0].status is DeliveryStatus.SENT
    assert server.sessions == 2
    assert [text for text in server.texts if text] == server.texts[-1:]


@only_djangos
def test_djangos_backend_does_not_say_when_a_connection_was_lost(server):
    server.ends_after = "RCPT"
    assert send()[0].status is DeliveryStatus.IN_DOUBT
    assert server.texts == []


def test_a_refusal_counts_though_the_connection_is_lost_after_it(server):
    server.says["RCPT"], server.ends_after = "550 unknown", "RCPT"
    assert send()[0].status is DeliveryStatus.REFUSED


def test_a_connection_that_is_lost_after_the_text_leaves_a_doubt(server):
    server.ends_after = "text"
    assert send()[0].status is DeliveryStatus.IN_DOUBT
    assert len(server.texts) == 1


def test_a_server_that_does_not_welcome_us_is_down(server):
    class Full(Conversation):
        def handle(self):
            self.say("421 too many")

    server.RequestHandlerClass = Full
    assert send()[0].status is DeliveryStatus.SERVER_DOWN
