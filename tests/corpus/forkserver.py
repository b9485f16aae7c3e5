#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Two processes of the fork server; each answers once."""
import multiprocessing


def answer(queue, pipe):
    queue.put(pipe.recv())


if __name__ == "__main__":
    multiprocessing.set_start_method("forkserver")
    ours, theirs = multiprocessing.Pipe()
    answers = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=answer, args=(answers, theirs)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        ours.send("question")
    for worker in workers:
        answers.get(timeout=10)
        worker.join()
