/**
 * Java for HotSpot with {@code jdk.incubator.vector}: as the portable backend, with registers as
 * values of the Vector API.
 */
@NullMarked
package dev.coppice.compiler.emit.vector;

import org.jspecify.annotations.NullMarked;
