<?php
// Router of PHP's own web server: pretty page addresses, MediaWiki's entry points, its files, nothing else.

$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );
$entry = '#^/w/(api|index|load|rest|thumb|img_auth)\.php(/|$)#';
$static = '#^/(logo\.svg$|(images|w/(resources|skins|extensions))/.+\.(css|js|png|jpe?g|gif|svg|ico|woff2?|ttf|map)$)#i';

if ( preg_match( $entry, $path ) || preg_match( $static, $path ) ) {
	return false;
}
if ( $path === '/' || $path === '/wiki' || $path === '/w/' || str_starts_with( $path, '/wiki/' ) ) {
	$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/w/index.php';
	$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . '/w/index.php';
	unset( $_SERVER['PATH_INFO'] );
	chdir( $_SERVER['DOCUMENT_ROOT'] . '/w' );
	require $_SERVER['DOCUMENT_ROOT'] . '/w/index.php';
	return true;
}
http_response_code( 404 );
echo 'Not here.';
