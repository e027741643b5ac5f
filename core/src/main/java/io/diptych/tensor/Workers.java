package io.diptych.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Divides plain Java work among as many threads of the processor as an operation of libtorch may
 * use ({@link Backend#threads()}). Which thread does what is not determined: a piece must give the
 * same wherever it runs.
 */
public final class Workers {
  private Workers() {}

  /**
   * Does each piece of work once, and returns when all are done.
   *
   * @param pieces how many there are; each is known by its number, from 0
   * @param workers makes what does a piece, one for each thread
   */
  public static void each(int pieces, Supplier<IntConsumer> workers) {
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          IntConsumer worker = workers.get();
          for (int i = next.getAndIncrement(); i < pieces; i = next.getAndIncrement()) {
            worker.accept(i);
          }
        };
    List<ForkJoinTask<?>> others = new ArrayList<>();
    for (int thread = 1; thread < Math.min(pieces, Backend.threads()); thread++) {
      others.add(ForkJoinPool.commonPool().submit(work));
    }
    try {
      work.run();
    } finally {
      // Also after a failure: what is left must not go on with memory that is freed.
      next.set(pieces);
      others.forEach(ForkJoinTask::quietlyJoin);
    }
    others.forEach(ForkJoinTask::join);
  }
}
