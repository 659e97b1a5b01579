package dev.coppice.compiler.driver.data;

/** Which colour comes first in what a model takes. */
public enum ChannelOrder {
  /** Red, green, blue. */
  RGB,
  /** Blue, green, red, as networks from Caffe and OpenCV have it. */
  BGR
}
