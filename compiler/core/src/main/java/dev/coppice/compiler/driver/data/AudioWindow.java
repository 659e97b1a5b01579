package dev.coppice.compiler.driver.data;

import java.util.OptionalInt;

/**
 * How recordings are cut into samples: windows from their beginning on, one every hop, as many as
 * lie within a recording. One that is shorter than a window is one sample and is followed by
 * silence.
 *
 * @param length frames of a window; empty for as many as the model takes. With fewer, silence
 *     follows.
 * @param hop frames from one window to the next; empty for the length
 * @param rate frames a second that are expected; empty for whatever the first recording has
 * @param channel the channel taken, counted from 0; empty for the mean of all
 */
public record AudioWindow(
    OptionalInt length, OptionalInt hop, OptionalInt rate, OptionalInt channel) {
  /** Windows side by side, as long as the model takes. */
  public static final AudioWindow DEFAULT =
      new AudioWindow(
          OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  public AudioWindow {
    if (length.orElse(1) < 1 || hop.orElse(1) < 1 || rate.orElse(1) < 1 || channel.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "window " + length + ", hop " + hop + ", rate " + rate + ", channel " + channel);
    }
  }

  /** This with windows of {@code frames}. */
  public AudioWindow withLength(int frames) {
    return new AudioWindow(OptionalInt.of(frames), hop, rate, channel);
  }

  /** This with a window every {@code frames}. */
  public AudioWindow withHop(int frames) {
    return new AudioWindow(length, OptionalInt.of(frames), rate, channel);
  }

  /** This for recordings of {@code hertz} frames a second. */
  public AudioWindow withRate(int hertz) {
    return new AudioWindow(length, hop, OptionalInt.of(hertz), channel);
  }

  /** This with channel {@code c} alone. */
  public AudioWindow withChannel(int c) {
    return new AudioWindow(length, hop, rate, OptionalInt.of(c));
  }
}
