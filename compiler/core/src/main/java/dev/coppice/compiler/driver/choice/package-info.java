/**
 * The files that decisions about schedules are read from: what things cost on a machine, and which
 * schedules were the fastest there. Knows the backends, and nothing of the rest of {@code driver}.
 */
@NullMarked
package dev.coppice.compiler.driver.choice;

import org.jspecify.annotations.NullMarked;
