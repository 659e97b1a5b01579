def log = new File(basedir, 'build.log').text
assert log.contains('[UnboundDimension]')
assert log.contains('Bind it with <dims><NAME>VALUE</NAME></dims>.')
assert log.contains("node 'odd' (Frobnicate): operator 'Frobnicate' of domain 'ai.onnx' is not supported.")
assert log.contains('gone.onnx: no such file.')
assert !log.contains('\tat dev.coppice') : 'a user error shows a stack trace'
assert !new File(basedir, 'target/classes').exists()
return true
