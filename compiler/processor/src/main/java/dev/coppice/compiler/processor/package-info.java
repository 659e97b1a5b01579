/**
 * The annotation processor: validates {@code @OnnxModel}, reports, and generates if clean. Imports
 * {@code dev.coppice.compiler.driver} and what its types expose.
 */
@NullMarked
package dev.coppice.compiler.processor;

import org.jspecify.annotations.NullMarked;
