package io.diptych.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request for a file, or for what is missing of it. */
final class Transfer {
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");
  private static final int BUFFER = 1 << 16;

  private final HttpClient client;
  private final Duration patience;
  private final RemoteFile file;
  private final PartFile part;
  private final LongConsumer progress;

  Transfer(
      HttpClient client, Duration patience, RemoteFile file, PartFile part, LongConsumer progress) {
    this.client = client;
    this.patience = patience;
    this.file = file;
    this.part = part;
    this.progress = progress;
  }

  /** How a request ended. */
  enum Kind {
    /** The whole file is here. */
    COMPLETE,
    /** It may work another time. */
    TRANSIENT,
    /** It will not work from this place. */
    PERMANENT
  }

  /**
   * How a request ended, and why.
   *
   * @param kind what to do next
   * @param reason why it did not complete
   */
  record Outcome(Kind kind, String reason) {
    static final Outcome COMPLETE = new Outcome(Kind.COMPLETE, "");

    static Outcome retry(String reason) {
      return new Outcome(Kind.TRANSIENT, reason);
    }

    static Outcome giveUp(String reason) {
      return new Outcome(Kind.PERMANENT, reason);
    }
  }

  /**
   * Asks for the file, from where the part ends.
   *
   * @throws IOException if the part cannot be read or written; trouble of the network is an outcome
   */
  Outcome run(URI source) throws IOException, InterruptedException {
    if (file.size() >= 0 && part.length() > file.size()) {
      part.clear();
    }
    if (part.length() > 0 && part.length() == file.size()) {
      return Outcome.COMPLETE;
    }
    HttpResponse<InputStream> response;
    try {
      response = client.send(request(source), BodyHandlers.ofInputStream());
    } catch (HttpTimeoutException e) {
      return Outcome.retry("no answer within " + patience.toSeconds() + " s");
    } catch (IOException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UnresolvedAddressException) {
          return Outcome.giveUp("unknown host " + source.getHost() + " (no network?)");
        }
      }
      return Outcome.retry("no connection: " + Failures.reason(e));
    }
    try (InputStream body = response.body()) {
      Optional<Outcome> refused = begin(response, source);
      return refused.isPresent() ? refused.get() : copy(body);
    }
  }

  private HttpRequest request(URI source) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(source).timeout(patience).header("User-Agent", "diptych");
    if (part.length() > 0) {
      request.header("Range", "bytes=" + part.length() + "-");
      part.etag(source).ifPresent(etag -> request.header("If-Range", etag));
    }
    return request.build();
  }

  /** Prepares the part for the body, or says why not to read it. */
  private Optional<Outcome> begin(HttpResponse<?> response, URI source) throws IOException {
    int status = response.statusCode();
    switch (status) {
      case 200 -> part.clear(); // the server knows no ranges, or has another version by now
      case 206 -> {
        String range = response.headers().firstValue("Content-Range").orElse("");
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || !matcher.group(1).equals(Long.toString(part.length()))) {
          part.clear();
          return Optional.of(Outcome.retry("the server sent another range: '" + range + "'"));
        }
      }
      case 416 -> {
        boolean resumed = part.length() > 0;
        part.clear();
        return Optional.of(
            resumed
                ? Outcome.retry("the server has no more bytes (HTTP 416)")
                : Outcome.giveUp("HTTP 416"));
      }
      case 408, 425, 429, 500, 502, 503, 504 -> {
        return Optional.of(Outcome.retry("HTTP " + status));
      }
      default -> {
        return Optional.of(Outcome.giveUp("HTTP " + status));
      }
    }
    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (length >= 0 && file.size() >= 0 && part.length() + length != file.size()) {
      return Optional.of(
          Outcome.giveUp(
              "it offers "
                  + (part.length() + length)
                  + " bytes, expected "
                  + file.size()
                  + "; it is another file"));
    }
    Optional<String> etag = response.headers().firstValue("ETag");
    if (etag.isPresent() && !etag.get().startsWith("W/")) {
      part.remember(source, etag.get());
    }
    return Optional.empty();
  }

  private Outcome copy(InputStream body) throws IOException {
    byte[] buffer = new byte[BUFFER];
    progress.accept(part.length());
    try (StallGuard guard = new StallGuard(body, patience)) {
      while (true) {
        int n;
        try {
          n = body.read(buffer);
        } catch (IOException e) {
          return Outcome.retry(
              guard.tripped()
                  ? "nothing came for " + patience.toSeconds() + " s"
                  : "the connection broke after " + part.length() + " bytes");
        }
        if (n < 0) {
          break;
        }
        guard.alive();
        part.append(ByteBuffer.wrap(buffer, 0, n));
        progress.accept(part.length());
        if (file.size() >= 0 && part.length() > file.size()) {
          part.clear();
          return Outcome.giveUp("it sends more than " + file.size() + " bytes; it is another file");
        }
      }
    }
    return part.length() < file.size()
        ? Outcome.retry("it ended after " + part.length() + " of " + file.size() + " bytes")
        : Outcome.COMPLETE;
  }
}
