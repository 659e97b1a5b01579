/**
 * Passes that choose the order of axes: where convolutions run with channels last. Imports {@code
 * pass}, {@code pass.streamline} and what they may.
 */
@NullMarked
package dev.coppice.compiler.pass.layout;

import org.jspecify.annotations.NullMarked;
