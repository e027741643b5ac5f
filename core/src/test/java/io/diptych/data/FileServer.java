package io.diptych.data;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Serves one file over HTTP on this machine, as badly as it is told to. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** What was asked for: path, range and If-Range of every request. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** Status codes to answer the next requests with, before the file is served. */
  final Deque<Integer> statuses = new ArrayDeque<>();

  /** After how many bytes to break the connection of the next requests. */
  final Deque<Integer> cuts = new ArrayDeque<>();

  volatile byte[] content;
  volatile @Nullable String etag;
  volatile boolean ranges = true;
  volatile boolean lengthKnown = true;
  volatile boolean stall;
  volatile int rangeShift;

  FileServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
      requests.add(exchange.getRequestURI() + " " + range + " " + ifRange);
      Integer status = statuses.poll();
      if (status != null) {
        if (status == 302) {
          exchange.getResponseHeaders().add("Location", "/moved");
        }
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      boolean same = ifRange == null || ifRange.equals(etag);
      boolean partial = ranges && range != null && same;
      int from = partial ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
      if (from >= content.length) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      if (etag != null) {
        exchange.getResponseHeaders().add("ETag", etag);
      }
      if (partial) {
        from += rangeShift;
        String sent = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
        exchange.getResponseHeaders().add("Content-Range", sent);
      }
      int length = content.length - from;
      exchange.sendResponseHeaders(partial ? 206 : 200, lengthKnown ? length : 0);
      Integer cut = cuts.poll();
      exchange.getResponseBody().write(content, from, cut == null ? length : cut);
      if (stall) {
        exchange.getResponseBody().flush();
        closing.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
