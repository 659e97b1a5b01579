@NullMarked
package dev.coppice.compiler.driver.measure;

import org.jspecify.annotations.NullMarked;
