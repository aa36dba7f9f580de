// SPDX-License-Identifier: Apache-2.0
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Threads of two kinds, files and a process; a line for each that worked. Compiled before it comes into the lab. */
final class Primes {
  public static void main(String[] arguments) throws Exception {
    System.out.println("primes " + IntStream.rangeClosed(2, 20_000).parallel().filter(Primes::isPrime).count());

    var pool = Executors.newFixedThreadPool(4);
    var sum = pool.submit(() -> IntStream.rangeClosed(1, 1000).sum());
    System.out.println("pool " + sum.get());
    pool.shutdown();

    Path file = Files.writeString(Files.createTempFile("lab", ".txt"), "written");
    Process cat = new ProcessBuilder("cat", file.toString()).start();
    System.out.println("process " + new String(cat.getInputStream().readAllBytes()) + " " + cat.waitFor());
  }

  private static boolean isPrime(int n) {
    return IntStream.rangeClosed(2, (int) Math.sqrt(n)).allMatch(d -> n % d != 0);
  }
}
