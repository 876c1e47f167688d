"""The rows of `implied`: module, kind of word, word, needed module, its package."""

# ruff: noqa: E501  (a row is a line)

TABLE = """
    pandas  call      read_excel      openpyxl     openpyxl
    pandas  call      ExcelFile       openpyxl     openpyxl
    pandas  call      to_excel        openpyxl     openpyxl
    pandas  call      ExcelWriter     openpyxl     openpyxl
    polars  call      read_excel      fastexcel    fastexcel
    polars  call      write_excel     xlsxwriter   xlsxwriter

    pandas,dask,geopandas  call  read_parquet  pyarrow  pyarrow
    pandas,dask,geopandas  call  to_parquet    pyarrow  pyarrow
    pandas,geopandas       call  read_feather  pyarrow  pyarrow
    pandas,geopandas       call  to_feather    pyarrow  pyarrow
    pandas,dask            call  read_orc      pyarrow  pyarrow
    pandas,dask            call  to_orc        pyarrow  pyarrow

    pandas,dask  call  read_sql        sqlalchemy  sqlalchemy
    pandas,dask  call  read_sql_query  sqlalchemy  sqlalchemy
    pandas,dask  call  read_sql_table  sqlalchemy  sqlalchemy
    pandas,dask  call  to_sql          sqlalchemy  sqlalchemy

    pandas,dask  call  read_hdf      tables      tables
    pandas,dask  call  to_hdf        tables      tables
    pandas       call  HDFStore      tables      tables
    pandas       call  read_html     lxml        lxml
    pandas       call  read_xml      lxml        lxml
    pandas       call  to_xml        lxml        lxml
    pandas       call  to_markdown   tabulate    tabulate
    pandas       call  read_spss     pyreadstat  pyreadstat
    pandas       call  read_gbq      pandas_gbq  pandas-gbq
    pandas       call  to_gbq        pandas_gbq  pandas-gbq
    pandas       call  to_xarray     xarray      xarray
    pandas       call  plot          matplotlib  matplotlib
    polars,pyarrow  call  to_pandas  pandas      pandas
    polars,pandas   call  to_arrow   pyarrow     pyarrow
    xarray       call  to_netcdf     netCDF4     netcdf4
    xarray       call  to_zarr       zarr        zarr
    xarray       call  open_zarr     zarr        zarr
    geopandas    call  explore       folium      folium
    networkx     call  to_pydot      pydot       pydot
    networkx     call  to_agraph     pygraphviz  pygraphviz
    plotly       call  write_image   kaleido     kaleido
    plotly       call  to_image      kaleido     kaleido

    pandas  engine  openpyxl    openpyxl         openpyxl
    pandas  engine  xlsxwriter  xlsxwriter       xlsxwriter
    pandas  engine  xlrd        xlrd             xlrd
    pandas  engine  odf         odf              odfpy
    pandas  engine  pyxlsb      pyxlsb           pyxlsb
    pandas  engine  calamine    python_calamine  python-calamine
    pandas,dask  engine  pyarrow      pyarrow      pyarrow
    pandas,dask  engine  fastparquet  fastparquet  fastparquet
    pandas  engine  numexpr     numexpr          numexpr
    pandas  engine  numba       numba            numba
    xarray  engine  netcdf4     netCDF4          netcdf4
    xarray  engine  h5netcdf    h5netcdf         h5netcdf
    xarray  engine  zarr        zarr             zarr
    xarray  engine  rasterio    rasterio         rasterio
    xarray  engine  cfgrib      cfgrib           cfgrib
    xarray  engine  scipy       scipy            scipy

    pandas  plotting  plotly   plotly  plotly
    pandas  plotting  hvplot   hvplot  hvplot
    pandas  plotting  bokeh    pandas_bokeh  pandas-bokeh
    pandas  plotting  altair   altair  altair

    matplotlib  backend  qtagg      PyQt6      pyqt6
    matplotlib  backend  qt5agg     PyQt5      pyqt5
    matplotlib  backend  qt5cairo   PyQt5      pyqt5
    matplotlib  backend  wxagg      wx         wxpython
    matplotlib  backend  gtk3agg    gi         pygobject
    matplotlib  backend  gtk4agg    gi         pygobject
    matplotlib  backend  gtk3cairo  gi         pygobject
    matplotlib  backend  webagg     tornado    tornado
    matplotlib  backend  nbagg      IPython    ipython
    matplotlib  backend  widget     ipympl     ipympl
    matplotlib  backend  ipympl     ipympl     ipympl
    matplotlib  backend  cairo      cairocffi  cairocffi
    matplotlib  backend  qt         PyQt6      pyqt6
    matplotlib  backend  qt6        PyQt6      pyqt6
    matplotlib  backend  qt5        PyQt5      pyqt5
    matplotlib  backend  wx         wx         wxpython
    matplotlib  backend  gtk3       gi         pygobject
    matplotlib  backend  gtk4       gi         pygobject

    sqlalchemy,pandas,sqlmodel,databases  scheme  postgresql+psycopg2  psycopg2  psycopg2
    sqlalchemy,pandas,sqlmodel,databases  scheme  postgresql+psycopg   psycopg   psycopg
    sqlalchemy,pandas,sqlmodel,databases  scheme  postgresql+asyncpg   asyncpg   asyncpg
    sqlalchemy,pandas,sqlmodel,databases  scheme  postgresql+pg8000    pg8000    pg8000
    sqlalchemy,pandas,sqlmodel  scheme  postgresql            psycopg2  psycopg2
    databases                   scheme  postgresql            asyncpg   asyncpg
    sqlalchemy,pandas,sqlmodel  scheme  mysql                 MySQLdb   mysqlclient
    sqlalchemy,pandas,sqlmodel  scheme  mysql+mysqldb         MySQLdb   mysqlclient
    sqlalchemy,pandas,sqlmodel  scheme  mysql+pymysql         pymysql   pymysql
    sqlalchemy,sqlmodel,databases  scheme  mysql+aiomysql     aiomysql  aiomysql
    sqlalchemy,pandas,sqlmodel  scheme  mysql+mysqlconnector  mysql.connector  mysql-connector-python
    sqlalchemy,sqlmodel,databases  scheme  sqlite+aiosqlite   aiosqlite  aiosqlite
    sqlalchemy,pandas,sqlmodel  scheme  oracle                cx_Oracle  cx-oracle
    sqlalchemy,pandas,sqlmodel  scheme  oracle+cx_oracle      cx_Oracle  cx-oracle
    sqlalchemy,pandas,sqlmodel  scheme  oracle+oracledb       oracledb   oracledb
    sqlalchemy,pandas,sqlmodel  scheme  mssql                 pyodbc     pyodbc
    sqlalchemy,pandas,sqlmodel  scheme  mssql+pyodbc          pyodbc     pyodbc
    sqlalchemy,pandas,sqlmodel  scheme  mssql+pymssql         pymssql    pymssql
    sqlalchemy,pandas  scheme  snowflake     snowflake.sqlalchemy   snowflake-sqlalchemy
    sqlalchemy,pandas  scheme  bigquery      sqlalchemy_bigquery    sqlalchemy-bigquery
    sqlalchemy,pandas  scheme  duckdb        duckdb_engine          duckdb-engine
    sqlalchemy,pandas  scheme  redshift+psycopg2  sqlalchemy_redshift  sqlalchemy-redshift
    sqlalchemy,pandas  scheme  clickhouse    clickhouse_sqlalchemy  clickhouse-sqlalchemy

    pandas,dask,fsspec,xarray,zarr,intake,polars,geopandas  scheme  s3     s3fs   s3fs
    pandas,dask,fsspec,xarray,zarr,intake,polars,geopandas  scheme  s3a    s3fs   s3fs
    pandas,dask,fsspec,xarray,zarr,intake,polars,geopandas  scheme  gs     gcsfs  gcsfs
    pandas,dask,fsspec,xarray,zarr,intake,polars,geopandas  scheme  gcs    gcsfs  gcsfs
    pandas,dask,fsspec,xarray,zarr,intake,polars,geopandas  scheme  abfs   adlfs  adlfs
    pandas,dask,fsspec,xarray,zarr,intake,polars,geopandas  scheme  abfss  adlfs  adlfs
    pandas,dask,fsspec,xarray,zarr,intake,polars,geopandas  scheme  az     adlfs  adlfs
    pandas,dask,fsspec,xarray,zarr,intake  scheme  hdfs  pyarrow          pyarrow
    pandas,dask,fsspec,xarray,zarr,intake  scheme  hf    huggingface_hub  huggingface-hub
    pandas,dask,fsspec,xarray,zarr,intake  scheme  sftp  paramiko         paramiko
    pandas,dask,fsspec,xarray,zarr,intake  scheme  ssh   paramiko         paramiko
    dask,fsspec,zarr  scheme  http   aiohttp  aiohttp
    dask,fsspec,zarr  scheme  https  aiohttp  aiohttp
"""
