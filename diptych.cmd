@echo off
rem Runs the diptych command; in a checkout, builds it first when it is missing.
rem (Unlike the sh launcher it does not look for changed sources: run mvnw.cmd package.)
setlocal
set "ROOT=%~dp0"
set "LIB=%ROOT%lib"
if not exist "%LIB%" set "LIB=%ROOT%cli\target\diptych\lib"
set "JAVA=java.exe"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
"%JAVA%" --version >nul 2>&1
if errorlevel 1 (
  echo diptych: no Java 17 or newer found; install a JDK, or set JAVA_HOME to one 1>&2
  exit /b 1
)
if not exist "%LIB%" (
  echo diptych: building ^(the first time, this downloads about 300 MB^) ... 1>&2
  pushd "%ROOT%"
  call mvnw.cmd -q -B -Dmaven.test.skip=true -pl cli -am package 1>&2
  if errorlevel 1 (
    popd
    echo diptych: the build failed; the messages above say why 1>&2
    exit /b 1
  )
  popd
)
"%JAVA%" -Xmx2g -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dorg.bytedeco.javacpp.maxBytes=0 --enable-native-access=org.bytedeco.javacpp %DIPTYCH_JAVA_OPTS% --module-path "%LIB%" --add-modules ALL-MODULE-PATH -m io.diptych.cli/io.diptych.cli.Main %*
exit /b %ERRORLEVEL%
