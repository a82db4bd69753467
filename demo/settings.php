<?php
// LocalSettings of the demo and test wikis: copied into each wiki's own directory, where wiki.json says
// what differs from wiki to wiki and toggles.json what a test has switched. For 127.0.0.1 only.

if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$demo = json_decode( file_get_contents( __DIR__ . '/wiki.json' ), true );
$toggles = json_decode( file_get_contents( __DIR__ . '/toggles.json' ), true );

$wgSitename = 'Trope Demo';
$wgMetaNamespace = 'Trope_Demo';
$wgServer = "http://127.0.0.1:{$demo['port']}";
$wgScriptPath = '/w';
$wgArticlePath = '/wiki/$1';
$wgUsePathInfo = true;
$wgResourceBasePath = $wgScriptPath;
$wgLogos = [ '1x' => '/logo.svg' ];
$wgSecretKey = $demo['secret'];
$wgUpgradeKey = '';
$wgLanguageCode = 'en';
$wgLocaltimezone = 'UTC';
$wgPingback = false;
$wgEnableEmail = false;
$wgShellLocale = 'C.UTF-8';
$wgGitBin = false;
$wgDiff3 = is_executable( '/usr/bin/diff3' ) ? '/usr/bin/diff3' : '';

// One SQLite file holds everything, so that a copy of it is a snapshot.
$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgDBserver = '';
$wgSQLiteDataDir = __DIR__ . '/data';
$wgJobRunRate = 0;

// Caches: with a new generation the server forgets all but sessions, what MediaWiki shares between wikis too.
if ( PHP_SAPI === 'cli-server' && apcu_fetch( 'generation' ) !== $toggles['generation'] ) {
	apcu_delete( new APCUIterator( '/^(?!sessions)/', APC_ITER_KEY ) );
	apcu_store( 'generation', $toggles['generation'] );
}
$wgMainCacheType = CACHE_ACCEL;
$wgObjectCaches['demo-sessions'] = [
	'class' => APCUBagOStuff::class,
	'keyspace' => 'sessions' . $toggles['sessions'],
];
$wgSessionCacheType = 'demo-sessions';
$wgCacheDirectory = $demo['cache'];
$wgLocalisationCacheConf['store'] = 'array';
$wgLocalisationCacheConf['manualRecache'] = false;
$wgInvalidateCacheOnLocalSettingsChange = false;

$wgEnableUploads = true;
$wgUploadDirectory = __DIR__ . '/images';
$wgUploadPath = '/images';
$wgUseImageMagick = false;
$wgFileExtensions = [ 'png', 'jpg', 'jpeg', 'gif' ];
$wgIgnoreImageErrors = true;
$wgMaxShellMemory = 0;

$wgGroupPermissions['*']['createaccount'] = false;
$wgGroupPermissions['*']['edit'] = true;
$wgGroupPermissions['bot']['apihighlimits'] = true;
$wgGroupPermissions['user']['upload'] = true;
$wgGroupPermissions['sysop']['suppressredirect'] = true;
$wgGroupPermissions['sysop']['deleterevision'] = true;
$wgAutoConfirmAge = 0;
$wgEnableBotPasswords = true;
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgRCMaxAge = 90 * 86400;
$wgUseRCPatrol = true;
$wgUseInstantCommons = false;
$wgCapitalLinks = true;

// The Trope Workshop's id is not the one of All The Tropes: names are to be resolved at run time.
define( 'NS_WORKSHOP', 3000 );
define( 'NS_WORKSHOP_TALK', 3001 );
$wgExtraNamespaces[NS_WORKSHOP] = 'Trope_Workshop';
$wgExtraNamespaces[NS_WORKSHOP_TALK] = 'Trope_Workshop_talk';
$wgNamespaceAliases['YKTTW'] = NS_WORKSHOP;
$wgNamespaceAliases['YKTTW_talk'] = NS_WORKSHOP_TALK;
$wgNamespacesWithSubpages[NS_MAIN] = true;
$wgNamespacesWithSubpages[NS_WORKSHOP] = true;
$wgNamespacesWithSubpages[NS_WORKSHOP_TALK] = true;
$wgContentNamespaces = [ NS_MAIN ];

wfLoadSkin( 'Vector' );
$wgDefaultSkin = 'vector';
wfLoadExtension( 'ParserFunctions' );
wfLoadExtension( 'Cite' );
wfLoadExtension( 'TitleBlacklist' );
wfLoadExtension( 'AbuseFilter' );
wfLoadExtension( 'SpamBlacklist' );
wfLoadExtension( 'ConfirmEdit' );
$wgTitleBlacklistSources = [ [ 'type' => 'localpage', 'src' => 'MediaWiki:Titleblacklist' ] ];
$wgBlacklistSettings = [ 'spam' => [ 'files' => [] ] ];
// Nothing asks for a captcha until a test switches a trigger on; then bots are asked as well.
$wgCaptchaTriggers = array_fill_keys(
	[ 'edit', 'create', 'sendemail', 'addurl', 'createaccount', 'badlogin', 'badloginperuser' ],
	false
);
$wgGroupPermissions['bot']['skipcaptcha'] = false;

foreach ( $toggles['settings'] as $name => $value ) {
	$GLOBALS[$name] = $value;
}
