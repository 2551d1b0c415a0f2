module streamgate.dev/tools/gauge

go 1.26

tool (
	github.com/getgauge-contrib/gauge-go
	github.com/getgauge/gauge
)

require (
	github.com/apoorvam/goterminal v0.0.0-20180523175556-614d345c47e5 // indirect
	github.com/cpuguy83/go-md2man/v2 v2.0.7 // indirect
	github.com/daviddengcn/go-colortext v1.0.0 // indirect
	github.com/dmotylev/goproperties v0.0.0-20140630191356-7cbffbaada47 // indirect
	github.com/fsnotify/fsnotify v1.10.1 // indirect
	github.com/getgauge-contrib/gauge-go v0.4.0 // indirect
	github.com/getgauge/common v0.0.0-20260302065729-fff3970eabd9 // indirect
	github.com/getgauge/gauge v1.6.35 // indirect
	github.com/getgauge/gauge-proto/go/gauge_messages v0.0.0-20260401050029-a9cd9db4a825 // indirect
	github.com/golang/protobuf v1.5.4 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/magiconair/properties v1.8.10 // indirect
	github.com/mattn/go-isatty v0.0.22 // indirect
	github.com/natefinch/lumberjack v2.0.0+incompatible // indirect
	github.com/op/go-logging v0.0.0-20160315200505-970db520ece7 // indirect
	github.com/russross/blackfriday/v2 v2.1.0 // indirect
	github.com/schollz/closestmatch v2.1.0+incompatible // indirect
	github.com/sourcegraph/go-langserver v2.0.0+incompatible // indirect
	github.com/sourcegraph/jsonrpc2 v0.2.1 // indirect
	github.com/spf13/cobra v1.10.2 // indirect
	github.com/spf13/pflag v1.0.10 // indirect
	go.yaml.in/yaml/v3 v3.0.4 // indirect
	golang.org/x/net v0.57.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/text v0.40.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260414002931-afd174a4e478 // indirect
	google.golang.org/grpc v1.82.1 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)
