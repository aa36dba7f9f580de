"""Processes, threads, shared memory and locks between processes; a line for each that worked."""

import multiprocessing
import subprocess
import threading
from multiprocessing import shared_memory


def square(n):
    return n * n


def write_into(name, barrier):
    block = shared_memory.SharedMemory(name=name)
    block.buf[:5] = b"there"
    block.close()
    barrier.wait(60)


def add(total, lock, times):
    for _ in range(times):
        with lock:
            total[0] += 1


def main():
    with multiprocessing.Pool(3) as pool:
        print("pool", sum(pool.map(square, range(100))))

    barrier = multiprocessing.Barrier(2)
    block = shared_memory.SharedMemory(create=True, size=4096)
    child = multiprocessing.Process(target=write_into, args=(block.name, barrier))
    child.start()
    barrier.wait(60)
    child.join()
    print("shared memory", bytes(block.buf[:5]).decode(), child.exitcode)
    block.close()
    block.unlink()

    total, lock = [0], threading.Lock()
    threads = [threading.Thread(target=add, args=(total, lock, 1000)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("threads", total[0])

    echo = subprocess.run(["cat"], input=b"piped", stdout=subprocess.PIPE, check=True)
    print("subprocess", echo.stdout.decode())


if __name__ == "__main__":
    main()
