# cmake -DOUTPUT=f.inc -DSCHEMAS=a;b -P EmbedSchemas.cmake: one {name, text} entry for each schema, for schema.cpp.
set(content "")
foreach(schema IN LISTS SCHEMAS)
  get_filename_component(name ${schema} NAME)
  string(REPLACE ".schema.json" "" name ${name})
  file(READ ${schema} text)
  string(APPEND content "{\"${name}\", R\"schema(${text})schema\"},\n")
endforeach()
file(WRITE ${OUTPUT} "${content}")
