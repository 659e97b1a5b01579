def log = new File(basedir, 'build.log').text
assert log.contains('2 kernels of 1 geometries, portable')
assert log.count('Compiled conv.onnx to it.Filter.') == 1
assert log.count('it.Filter is up to date.') == 1
assert !log.contains('[ScheduleStale]')
assert !log.contains('[SchedulesMissing]')

def schedules = new File(basedir, 'src/main/models/conv.schedules').readLines()
assert schedules.contains('[portable]')
def entries = schedules.findAll { it.contains(' -> ') }
assert entries.size() == 1
assert entries[0].startsWith('Conv{')
assert ['dense planes', 'dense rows'].any { entries[0].contains(' -> ' + it + '  # ') }
return true
