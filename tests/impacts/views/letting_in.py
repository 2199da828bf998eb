"""Who is let in where: every role asks, and the names of those who get an answer come back."""

EVERYBODY = (
    *("requester", "colleague", "outsider", "architect", "board_member", "secretary", "cio", "it_manager"),
    *("segment_manager", "administrator", "reader"),
)
IT = {"architect", "cio", "it_manager"}
REGISTRARS = {"architect", "administrator"}
SEE_MONEY = {"architect", "board_member", "secretary", "cio"}
REVIEW = {"architect", "cio", "it_manager", "board_member", "secretary", "segment_manager"}


def text(response):
    return response.content.decode()


def who(client_as, everybody, ask):
    """The names of those who are let in, by `ask` for a client; everybody else must be refused or find nothing."""
    let_in = set()
    for name, person in everybody.items():
        status = ask(client_as(person)).status_code
        assert status in (200, 302, 403, 404), (name, status)
        if status in (200, 302):
            let_in.add(name)
    return let_in
