package dev.coppice.compiler.driver.conformance;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A value, or what was thrown instead of it. */
record Attempt<T>(@Nullable T value, @Nullable Throwable failure) {
  /** The value of {@code call}; whatever it throws is the result. */
  static <T> Attempt<T> of(Callable<T> call) {
    try {
      return new Attempt<>(call.call(), null);
    } catch (Exception | Error e) {
      return new Attempt<>(null, e);
    }
  }

  /** The value, or {@code other} if there is none. */
  T orElse(T other) {
    return value == null ? other : value;
  }

  /** Nothing but a failure. */
  static <T> Attempt<T> failed(Throwable failure) {
    return new Attempt<>(null, failure);
  }
}
