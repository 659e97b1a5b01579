package dev.coppice.compiler.loop;

import java.util.List;

/**
 * A routine that kernels call: a microkernel, or a part of a kernel that would be too large as one
 * method. Functions that are equal are emitted once per model.
 *
 * @param name name in emitted code, unique per distinct function
 * @param comment one sentence for the reader
 * @param arrays array parameters; ROW buffers are bare arrays, FLAT and PLANAR ones come with their
 *     offset; a parameter of length 0 takes any length and, if planar, any number of rows
 * @param scalars scalar parameters
 * @param body what it does
 */
public record Function(
    String name, String comment, List<Buffer> arrays, List<Var> scalars, Stmt body) {
  public Function {
    arrays = List.copyOf(arrays);
    scalars = List.copyOf(scalars);
  }
}
