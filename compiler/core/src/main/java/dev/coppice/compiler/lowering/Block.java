package dev.coppice.compiler.lowering;

import java.util.List;

/**
 * Control flow over consecutive calls of a {@link KernelPlan}. Blocks are listed in order of their
 * calls and nest; calls outside of any block run once, in order.
 */
public sealed interface Block {
  /** Index of the first call. */
  int from();

  /** Index behind the last call. */
  int to();

  /** This block where call {@code i} is at {@code first[i]}. */
  Block moved(int[] first);

  private static List<Block> all(List<Block> blocks, int[] first) {
    return blocks.stream().map(b -> b.moved(first)).toList();
  }

  /**
   * The calls {@code [from, middle)} if a boolean holds, else {@code [middle, to)}.
   *
   * @param condition where the boolean lies; it is read before the first call
   * @param then blocks within the first branch
   * @param otherwise blocks within the second branch
   */
  record Choice(
      int from, int middle, int to, Binding condition, List<Block> then, List<Block> otherwise)
      implements Block {
    public Choice {
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }

    @Override
    public Block moved(int[] first) {
      return new Choice(
          first[from],
          first[middle],
          first[to],
          condition,
          Block.all(then, first),
          Block.all(otherwise, first));
    }
  }

  /**
   * The calls {@code [from, to)} as long as a boolean holds.
   *
   * @param condition where the boolean lies; it is read before each iteration
   * @param body blocks within an iteration
   */
  record Repeat(int from, int to, Binding condition, List<Block> body) implements Block {
    public Repeat {
      body = List.copyOf(body);
    }

    @Override
    public Block moved(int[] first) {
      return new Repeat(first[from], first[to], condition, Block.all(body, first));
    }
  }

  /**
   * Stops the run with an {@link IllegalStateException} if a number exceeds what there is room for.
   *
   * @param at index of the call before which the number, an i64, is read
   * @param value where the number lies
   * @param most largest number allowed
   * @param what what is counted, for the message
   */
  record Check(int at, Binding value, long most, String what) implements Block {
    @Override
    public Block moved(int[] first) {
      return new Check(first[at], value, most, what);
    }

    @Override
    public int from() {
      return at;
    }

    @Override
    public int to() {
      return at;
    }
  }
}
