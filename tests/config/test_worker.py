"""A real Celery worker on each transport, with a real database: wakes, works, survives a kill."""

from pathlib import Path

from celery import current_app

from portfolio.models import Notification
from tests.factories import NotificationFactory
from tests.workers import Worker


def mails(worker: Worker) -> list[str]:
    return [path.read_text() for path in sorted(Path(worker.folder, "mail").glob("*.log"))]


def send_one_mail(worker: Worker) -> None:
    worker.start()
    NotificationFactory.create(text="Your request meets another one.", mail_due=True)

    current_app.send_task("portfolio.tasks.send_mail_task", ignore_result=True)

    worker.wait_until(lambda: not Notification.objects.filter(mail_due=True).exists(), what="the mail is sent")
    written = "Your request meets another one."  # a file is there before its words are
    worker.wait_until(lambda: any(written in mail for mail in mails(worker)), what="the mail is written")
    assert len(mails(worker)) == 1


def test_message_by_file_wakes_the_worker(celery_worker_process: Worker) -> None:
    send_one_mail(celery_worker_process)


def test_message_by_redis_wakes_the_worker(celery_worker_redis: Worker) -> None:
    send_one_mail(celery_worker_redis)


def test_sweep_does_what_a_killed_worker_left(celery_worker_process: Worker) -> None:
    worker = celery_worker_process.start()
    worker.kill()
    NotificationFactory.create(mail_due=True)

    worker.start(beat=True, sweep_seconds=1)

    worker.wait_until(lambda: not Notification.objects.filter(mail_due=True).exists(), what="the sweep sends the mail")
    worker.wait_until(lambda: mails(worker), what="the mail is written")
    assert len(mails(worker)) == 1
