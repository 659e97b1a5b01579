package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Slots that lie where another does: a call stores into one, of all its elements, what it makes of
 * the elements of the other at the same index ({@link KernelCall#inPlace()}), of which this is the
 * last use.
 *
 * @param over the slot that lies there before, by slot; -1 for a slot with a place of its own
 */
record InPlaceSlots(int[] over) {
  /** Those of {@code plan}. */
  static InPlaceSlots of(KernelPlan plan, Lifetimes lifetimes) {
    int[] over = new int[plan.slots().size()];
    Arrays.fill(over, -1);
    for (int c = 0; c < plan.calls().size(); c++) {
      KernelCall call = plan.calls().get(c);
      for (Buffer operand : call.inPlace()) {
        Optional<Binding.Arena> from = whole(plan, call, operand);
        Optional<Binding.Arena> to =
            call.kernel().buffers().stream()
                .filter(b -> b.role() == Buffer.Role.OUTPUT)
                .findFirst()
                .flatMap(b -> whole(plan, call, b));
        if (from.isPresent()
            && to.isPresent()
            && lifetimes.last()[from.get().slot()] == c
            && lifetimes.first()[to.get().slot()] == c
            && !outlives(plan.blocks(), c, lifetimes.first()[from.get().slot()])) {
          over[to.get().slot()] = from.get().slot();
          break;
        }
      }
    }
    return new InPlaceSlots(over);
  }

  /** The slot that is bound to {@code buffer}, all of it, and to nothing read elsewhere. */
  private static Optional<Binding.Arena> whole(KernelPlan plan, KernelCall call, Buffer buffer) {
    List<Buffer> buffers = call.kernel().buffers();
    Binding binding = call.bindings().get(buffers.indexOf(buffer));
    if (!(binding instanceof Binding.Arena a)
        || a.offset() != 0
        || plan.slots().get(a.slot()).length() != buffer.length()) {
      return Optional.empty();
    }
    for (int i = 0; i < buffers.size(); i++) {
      boolean other = !buffers.get(i).equals(buffer) && !call.inPlace().contains(buffers.get(i));
      if (other && a.sharesStorage(call.bindings().get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(a);
  }

  /** Whether {@code call} ends a loop for whose next iteration a slot from before it is kept. */
  private static boolean outlives(List<Block> blocks, int call, int first) {
    for (Block block : blocks) {
      boolean within =
          block instanceof Block.Choice c
              ? outlives(c.then(), call, first) || outlives(c.otherwise(), call, first)
              : block instanceof Block.Repeat r
                  && (r.to() - 1 == call && first < r.from() || outlives(r.body(), call, first));
      if (within) {
        return true;
      }
    }
    return false;
  }
}
